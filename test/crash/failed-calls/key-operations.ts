import {
  CreateAliasCommand,
  CreateGrantCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyRotationCommand,
  GetKeyRotationStatusCommand,
  ListAliasesCommand,
  ListGrantsCommand,
  ListKeyRotationsCommand,
  RevokeGrantCommand,
  RotateKeyOnDemandCommand,
  ScheduleKeyDeletionCommand,
  paginateListKeys,
} from "@aws-sdk/client-kms";
import type { Clients } from "@strongroom/testkit";
import type { Look } from "../write-ledger.ts";
import type { Operation } from "./operation.ts";

type Kms = Clients["kms"];

async function newKey(kms: Kms): Promise<string> {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  return KeyMetadata?.KeyId ?? "";
}

async function keyIds(kms: Kms): Promise<string[]> {
  const ids: string[] = [];
  for await (const { Keys = [] } of paginateListKeys({ client: kms }, {}))
    ids.push(...Keys.map(({ KeyId = "" }) => KeyId));
  return ids;
}

/** A key has no name before it is answered: it is one that was not there, told by its description. */
const createKey: Operation = {
  name: "create-key",
  async prepare({ clients: { kms }, name: Description }) {
    const before = new Set(await keyIds(kms));
    const look: Look = async (now) => {
      for (const KeyId of await keyIds(now.kms)) {
        if (before.has(KeyId)) continue;
        const { KeyMetadata } = await now.kms.send(new DescribeKeyCommand({ KeyId }));
        if (KeyMetadata?.Description === Description) return "there";
      }
      return "absent";
    };
    return { run: () => kms.send(new CreateKeyCommand({ Description })), look, before: "absent", after: "there" };
  },
};

/** A change of a key that was made for it. */
function changes(
  name: string,
  change: {
    readonly put: (to: Kms, KeyId: string, of: string) => Promise<unknown>;
    readonly read: (from: Kms, KeyId: string) => Promise<string>;
    readonly before: string;
    readonly after: string;
  },
): Operation {
  return {
    name,
    async prepare({ clients: { kms }, name: of }) {
      const KeyId = await newKey(kms);
      return { ...change, run: () => change.put(kms, KeyId, of), look: (now) => change.read(now.kms, KeyId) };
    },
  };
}

const stateOf = async (from: Kms, KeyId: string): Promise<string> =>
  (await from.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.KeyState ?? "";
const grantsOf = async (from: Kms, KeyId: string): Promise<string> =>
  String((await from.send(new ListGrantsCommand({ KeyId }))).Grants?.length ?? 0);

const revokeGrant: Operation = {
  name: "revoke-grant",
  async prepare({ clients: { kms, place } }) {
    const KeyId = await newKey(kms);
    const GranteePrincipal = `arn:aws:iam::${place.accountId}:root`;
    const { GrantId } = await kms.send(new CreateGrantCommand({ KeyId, GranteePrincipal, Operations: ["Decrypt"] }));
    const run = () => kms.send(new RevokeGrantCommand({ KeyId, GrantId }));
    return { run, look: (now) => grantsOf(now.kms, KeyId), before: "1", after: "0" };
  },
};

const createGrant: Operation = {
  name: "create-grant",
  async prepare({ clients: { kms, place } }) {
    const KeyId = await newKey(kms);
    const GranteePrincipal = `arn:aws:iam::${place.accountId}:root`;
    const run = () => kms.send(new CreateGrantCommand({ KeyId, GranteePrincipal, Operations: ["Decrypt"] }));
    return { run, look: (now) => grantsOf(now.kms, KeyId), before: "0", after: "1" };
  },
};

export const keyOperations: readonly Operation[] = [
  createKey,
  changes("create-alias", {
    put: (to, TargetKeyId, of) => to.send(new CreateAliasCommand({ AliasName: `alias/${of}`, TargetKeyId })),
    read: async (from, KeyId) => String((await from.send(new ListAliasesCommand({ KeyId }))).Aliases?.length ?? 0),
    ...{ before: "0", after: "1" },
  }),
  createGrant,
  revokeGrant,
  changes("rotate-key", {
    put: (to, KeyId) => to.send(new RotateKeyOnDemandCommand({ KeyId })),
    read: async (from, KeyId) =>
      String((await from.send(new ListKeyRotationsCommand({ KeyId }))).Rotations?.length ?? 0),
    ...{ before: "0", after: "1" },
  }),
  changes("enable-rotation", {
    put: (to, KeyId) => to.send(new EnableKeyRotationCommand({ KeyId })),
    read: async (from, KeyId) =>
      String((await from.send(new GetKeyRotationStatusCommand({ KeyId }))).KeyRotationEnabled === true),
    ...{ before: "false", after: "true" },
  }),
  changes("disable-key", {
    put: (to, KeyId) => to.send(new DisableKeyCommand({ KeyId })),
    read: stateOf,
    ...{ before: "Enabled", after: "Disabled" },
  }),
  changes("schedule-key-deletion", {
    put: (to, KeyId) => to.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 })),
    read: stateOf,
    ...{ before: "Enabled", after: "PendingDeletion" },
  }),
];
