import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateGrantCommand,
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  ListGrantsCommand,
  ListKeyRotationsCommand,
  RevokeGrantCommand,
  RotateKeyOnDemandCommand,
  ScheduleKeyDeletionCommand,
} from "@aws-sdk/client-kms";
import type { Clients } from "@strongroom/testkit";
import { orAbsent, type Look } from "../write-ledger.ts";
import type { Write } from "./write.ts";

async function newKey({ kms }: Clients): Promise<string> {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  return KeyMetadata?.KeyId ?? "";
}

/** The key was acknowledged, so what it encrypted opens; the alias is the write that may be lost half-way. */
const nameKey: Write = async ({ clients, ledger, name }) => {
  const { kms } = clients;
  const KeyId = await newKey(clients);
  const Plaintext = Buffer.from(name);
  const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext }));
  const AliasName = `alias/${name.replaceAll(".", "-")}`;
  const look: Look = (now) =>
    orAbsent(async () => {
      const opened = await now.kms.send(new DecryptCommand({ KeyId, CiphertextBlob }));
      if (!Buffer.from(opened.Plaintext ?? []).equals(Plaintext)) return "another plaintext";
      await now.kms.send(new DescribeKeyCommand({ KeyId: AliasName }));
      return "there";
    }, "NotFoundException");
  await ledger.write(name, "there", look, () => kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: KeyId })));
};

const rotateKey: Write = async ({ clients, ledger, name }) => {
  const { kms } = clients;
  const KeyId = await newKey(clients);
  const before = await kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from(name) }));
  const look: Look = async (now) => {
    // What the old material encrypted opens, whichever came of the rotation.
    await now.kms.send(new DecryptCommand({ KeyId, CiphertextBlob: before.CiphertextBlob }));
    const { Rotations = [] } = await now.kms.send(new ListKeyRotationsCommand({ KeyId }));
    return Rotations.length === 0 ? "absent" : "rotated";
  };
  await ledger.write(name, "rotated", look, () => kms.send(new RotateKeyOnDemandCommand({ KeyId })));
};

const grantKey: Write = async ({ clients, ledger, random, name }) => {
  const { kms, place } = clients;
  const KeyId = await newKey(clients);
  const GranteePrincipal = `arn:aws:iam::${place.accountId}:root`;
  const look: Look = async (now) => {
    const { Grants = [] } = await now.kms.send(new ListGrantsCommand({ KeyId }));
    return Grants.length === 0 ? "absent" : "there";
  };
  let GrantId: string | undefined;
  await ledger.write(name, "there", look, async () => {
    const made = await kms.send(new CreateGrantCommand({ KeyId, GranteePrincipal, Operations: ["Decrypt"] }));
    GrantId = made.GrantId;
  });
  if (random.chance(0.5)) return;
  await ledger.write(name, "absent", look, () => kms.send(new RevokeGrantCommand({ KeyId, GrantId })));
};

const deleteKey: Write = async ({ clients, ledger, random, name }) => {
  const { kms } = clients;
  const KeyId = await newKey(clients);
  const look: Look = async (now) => {
    const { KeyMetadata } = await now.kms.send(new DescribeKeyCommand({ KeyId }));
    return KeyMetadata?.KeyState ?? "none";
  };
  ledger.enter(name, "Enabled", look);
  await ledger.write(name, "PendingDeletion", look, () =>
    kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 })),
  );
  if (random.chance(0.5)) return;
  await ledger.write(name, "Disabled", look, () => kms.send(new CancelKeyDeletionCommand({ KeyId })));
};

export const keyWrites: readonly Write[] = [nameKey, rotateKey, grantKey, deleteKey];
