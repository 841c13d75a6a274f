import type { IAMClient } from "@aws-sdk/client-iam";
import { ListUsersCommand } from "@aws-sdk/client-iam";
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  type AssumeRoleCommandOutput,
  type Credentials,
} from "@aws-sdk/client-sts";
import { accountId, document, done } from "../../../access/testing/account.ts";
import { codeOf, stepAt } from "../../../access/people/authenticator.ts";
import { openAccountServer, type Keys } from "../../iam/testing/account-server.ts";

type AccountServer = Awaited<ReturnType<typeof openAccountServer>>;

/** An account with what tests about sessions need over and over. */
export interface StsWorld extends AsyncDisposable {
  readonly server: AccountServer;
  /** A role whose trust policy has these statements, and that may list users under these conditions. */
  role(name: string, trust: readonly object[], may?: object): string;
  assume(keys: Keys, input: AssumeInput): Promise<AssumeRoleCommandOutput>;
  /** May whoever has these credentials list users? */
  lists(credentials: Partial<Credentials> | undefined): Promise<boolean>;
  /** Gives a user a second factor. */
  device(userName: string): TestDevice;
}

type AssumeInput = Omit<AssumeRoleCommandInput, "RoleSessionName"> & { readonly RoleSessionName?: string };

export interface TestDevice {
  readonly serial: string;
  /** A code that was not shown yet; the clock goes on half a minute. */
  code(): string;
}

export const userArn = (name: string) => `arn:aws:iam::${accountId}:user/${name}`;
export const root = { AWS: `arn:aws:iam::${accountId}:root` };

/** One statement of a trust policy. */
export function trusts(principal: object, action: string | readonly string[], condition?: object): object {
  const conditions = condition === undefined ? {} : { Condition: condition };
  return { Effect: "Allow", Principal: principal, Action: action, ...conditions };
}

/** A member that newer clients replace, and older ones read. */
export function packedSize(answer: object): number | undefined {
  return (answer as { readonly PackedPolicySize?: number }).PackedPolicySize;
}

export function keysOf(credentials: Partial<Credentials> = {}): Keys {
  const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = credentials;
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

export async function openStsWorld(): Promise<StsWorld> {
  const server = await openAccountServer();
  const { account } = server;
  return {
    server,
    role(name, trust, may = {}) {
      const rest = { path: "/", description: undefined, maxSessionSeconds: 3600, boundaryArn: undefined, tags: {} };
      const { arn } = done(account.access.roles.create({ name, trustPolicy: document(trust), ...rest }));
      const statement = { Effect: "Allow", Action: "iam:ListUsers", Resource: "*", ...may };
      account.access.policies.putInline({ kind: "role", name }, { name: "may", document: document([statement]) });
      return arn;
    },
    assume: (keys, input) => server.sts(keys).send(new AssumeRoleCommand({ RoleSessionName: "s1", ...input })),
    lists: (credentials) => maySend(server.iam(keysOf(credentials))),
    device: (userName) => newDevice(server, userName),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

async function maySend(iam: IAMClient): Promise<boolean> {
  try {
    await iam.send(new ListUsersCommand({}));
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === "AccessDenied") return false;
    throw error;
  }
}

function newDevice({ account }: AccountServer, userName: string): TestDevice {
  const { mfaDevices } = account.access.people;
  const { device, seed } = done(mfaDevices.create(userName, "/", {}));
  const code = () => {
    account.clock.advance(30_000);
    return codeOf(seed, stepAt(account.clock.now()));
  };
  const refusal = mfaDevices.enable(userName, device.serial, [code(), code()]);
  if (refusal !== undefined) throw new Error(refusal.message);
  return { serial: device.serial, code };
}
