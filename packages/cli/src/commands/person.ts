import { randomInt } from "node:crypto";
import {
  CreateLoginProfileCommand,
  CreateUserCommand,
  DeactivateMFADeviceCommand,
  DeleteLoginProfileCommand,
  DeleteUserCommand,
  DeleteVirtualMFADeviceCommand,
  GetRoleCommand,
  ListMFADevicesCommand,
  PutUserPolicyCommand,
  UpdateLoginProfileCommand,
  type IAMClient,
} from "@aws-sdk/client-iam";
import { AdminClient, UnlockUserCommand } from "@strongroom/admin-api";
import { Clients } from "../clients.ts";
import type { Command, CommandOptions } from "../command.ts";
import { administrator, pathsOf, requireServer } from "../environment.ts";
import { Misuse } from "../outcome.ts";
import { present } from "../present.ts";

const usage = "usage: ./strongroom person create|reset|unlock NAME [--role NAME]";

export const person: Command = async (options) => {
  const [verb, name, ...more] = options.words;
  if (name === undefined || more.length > 0) throw new Misuse(usage);
  const paths = pathsOf(options.data);
  using clients = new Clients(await requireServer(paths), await administrator(paths));
  if (verb === "create") return await create(clients, name, options);
  if (verb === "reset") return await reset(clients, name, options);
  if (verb === "unlock") return await unlock(clients, name);
  throw new Misuse(usage);
};

async function create(clients: Clients, UserName: string, options: CommandOptions): Promise<number> {
  const iam = clients.iam();
  const Role =
    options.role === undefined ? undefined : (await iam.send(new GetRoleCommand({ RoleName: options.role }))).Role;
  await iam.send(new CreateUserCommand({ UserName }));
  try {
    const Password = firstPassword();
    await iam.send(new CreateLoginProfileCommand({ UserName, Password, PasswordResetRequired: true }));
    if (Role !== undefined) await mayAssume(iam, UserName, present(Role.Arn, "Arn"));
    tell(UserName, Password, options);
    return 0;
  } catch (error) {
    // A person who cannot sign in, or not to what they are for, is not left behind.
    await iam.send(new DeleteLoginProfileCommand({ UserName })).catch(() => undefined);
    await iam.send(new DeleteUserCommand({ UserName }));
    throw error;
  }
}

/** ② with a second factor only, so that the person's access keys, if there ever are some, do not open it alone. */
async function mayAssume(iam: IAMClient, UserName: string, roleArn: string): Promise<void> {
  const Condition = { Bool: { "aws:MultiFactorAuthPresent": "true" } };
  const Statement = [{ Effect: "Allow", Action: "sts:AssumeRole", Resource: roleArn, Condition }];
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "may-assume", PolicyDocument }));
}

/** For who has lost the password or the authenticator: both are made anew at the next login. */
async function reset(clients: Clients, UserName: string, options: CommandOptions): Promise<number> {
  const iam = clients.iam();
  const Password = firstPassword();
  await iam.send(new UpdateLoginProfileCommand({ UserName, Password, PasswordResetRequired: true }));
  const { MFADevices = [] } = await iam.send(new ListMFADevicesCommand({ UserName }));
  for (const { SerialNumber } of MFADevices) {
    await iam.send(new DeactivateMFADeviceCommand({ UserName, SerialNumber }));
    await iam.send(new DeleteVirtualMFADeviceCommand({ SerialNumber }));
  }
  tell(UserName, Password, options);
  return 0;
}

async function unlock(clients: Clients, UserName: string): Promise<number> {
  const { HadFailedTries } = await new AdminClient(clients.adminSettings()).send(new UnlockUserCommand({ UserName }));
  process.stdout.write(
    HadFailedTries === true
      ? `${UserName} may sign in again.\n`
      : `${UserName} was not locked: there were no failed tries.\n`,
  );
  return 0;
}

function tell(userName: string, password: string, { json, data, role }: CommandOptions): void {
  if (json) {
    process.stdout.write(`${JSON.stringify({ userName, password })}\n`);
    return;
  }
  const where = data === undefined ? "" : ` --data ${data}`;
  const how = `./strongroom login${where} --user ${userName}${role === undefined ? "" : ` --role ${role}`}`;
  process.stdout.write(
    [
      `${userName} may sign in. The first password is shown this once:`,
      "",
      `  ${password}`,
      "",
      "It is replaced at the first login, where the authenticator is set up as well:",
      `  ${how}`,
      "",
    ].join("\n"),
  );
}

/** Without letters and digits that look alike. */
const kinds = ["ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghijkmnopqrstuvwxyz", "23456789"] as const;
const groups = 5;
const groupLength = 5;

/** 25 characters of 55, in groups: at least one of every kind that a policy can ask for. */
function firstPassword(): string {
  const alphabet = kinds.join("");
  const pick = (from: string) => from.charAt(randomInt(from.length));
  for (;;) {
    const parts = Array.from({ length: groups }, () =>
      Array.from({ length: groupLength }, () => pick(alphabet)).join(""),
    );
    const password = parts.join("-");
    if (kinds.every((kind) => Array.from(kind).some((character) => password.includes(character)))) return password;
  }
}
