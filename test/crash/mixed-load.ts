import { createHash, randomBytes } from "node:crypto";
import { CreateRepositoryCommand, GetRepositoryCommand } from "@aws-sdk/client-codecommit";
import { CreateUserCommand, GetUserCommand, GetUserPolicyCommand, PutUserPolicyCommand } from "@aws-sdk/client-iam";
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
} from "@aws-sdk/client-kms";
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import type { Clients } from "@strongroom/testkit";
import type { Seeded } from "../../packages/server/src/platform/testing/seeded.ts";
import { orAbsent, type Ledger, type Look } from "./write-ledger.ts";

const Bucket = "ledger";
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

export interface World {
  readonly keyId: string;
}

export async function prepare({ s3, kms }: Clients): Promise<World> {
  await s3.send(new CreateBucketCommand({ Bucket }));
  const VersioningConfiguration = { Status: "Enabled" } as const;
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  return { keyId: KeyMetadata?.KeyId ?? "" };
}

/** One write under a name of its own. */
type Write = (x: { clients: Clients; ledger: Ledger; random: Seeded; world: World; name: string }) => Promise<void>;

const objectAt =
  (Key: string): Look =>
  ({ s3 }) =>
    orAbsent(async () => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      return sha256((await Body?.transformToByteArray()) ?? new Uint8Array());
    }, "NoSuchKey");

const putObject: Write = async ({ clients: { s3 }, ledger, random, world, name }) => {
  const Body = randomBytes(random.one([0, 100, 70_000, 1_500_000]));
  const under = random.chance(0.5) ? ({ ServerSideEncryption: "aws:kms", SSEKMSKeyId: world.keyId } as const) : {};
  const put = () => s3.send(new PutObjectCommand({ Bucket, Key: name, Body, ...under }));
  await ledger.write(name, sha256(Body), objectAt(name), put);
  if (random.chance(0.6)) return;
  const remove = () => s3.send(new DeleteObjectCommand({ Bucket, Key: name }));
  await ledger.write(name, "absent", objectAt(name), remove);
};

const uploadParts: Write = async ({ clients: { s3 }, ledger, name }) => {
  const place = { Bucket, Key: name };
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(place));
  const Body = randomBytes(200_000);
  const { ETag } = await s3.send(new UploadPartCommand({ ...place, UploadId, PartNumber: 1, Body }));
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
  await ledger.write(name, sha256(Body), objectAt(name), () =>
    s3.send(new CompleteMultipartUploadCommand({ ...place, UploadId, MultipartUpload })),
  );
};

const makeKey: Write = async ({ clients: { kms }, ledger, name }) => {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  const KeyId = KeyMetadata?.KeyId;
  const Plaintext = Buffer.from(name);
  const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext }));
  // The key was acknowledged, so what it encrypted opens; the alias is the write that may be lost half-way.
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

const changePeople: Write = async ({ clients: { iam }, ledger, name }) => {
  const UserName = name;
  const user: Look = (now) =>
    orAbsent(async () => {
      await now.iam.send(new GetUserCommand({ UserName }));
      return "there";
    }, "NoSuchEntityException");
  await ledger.write(name, "there", user, () => iam.send(new CreateUserCommand({ UserName })));
  const Statement = [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }];
  const policy = { UserName, PolicyName: "reads" };
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
  const attached: Look = (now) =>
    orAbsent(async () => {
      await now.iam.send(new GetUserPolicyCommand(policy));
      return "there";
    }, "NoSuchEntityException");
  await ledger.write(`${name}/policy`, "there", attached, () =>
    iam.send(new PutUserPolicyCommand({ ...policy, PolicyDocument })),
  );
};

const makeRepository: Write = async ({ clients: { codecommit }, ledger, name }) => {
  const look: Look = (now) =>
    orAbsent(async () => {
      await now.codecommit.send(new GetRepositoryCommand({ repositoryName: name }));
      return "there";
    }, "RepositoryDoesNotExistException");
  await ledger.write(name, "there", look, () => codecommit.send(new CreateRepositoryCommand({ repositoryName: name })));
};

const writes: readonly Write[] = [putObject, putObject, uploadParts, makeKey, changePeople];
/** A repository is rare: making one starts git. */
const repositoryChance = 0.05;
const writers = 4;

/** Writes until the server is gone. */
export function mixedLoads(
  clients: Clients,
  ledger: Ledger,
  random: Seeded,
  world: World,
  round: number,
): Promise<void>[] {
  return Array.from({ length: writers }, async (_, writer) => {
    for (let at = 0; ; at += 1) {
      const write = random.chance(repositoryChance) ? makeRepository : random.one(writes);
      try {
        await write({ clients, ledger, random, world, name: `r${round}.${writer}.${at}` });
      } catch (error) {
        if (isGone(error)) return;
        throw error;
      }
    }
  });
}

/** The server did not answer, as opposed to an answer that says no. */
function isGone(error: unknown): boolean {
  return !(error instanceof Error && "$response" in error && error.$response !== undefined);
}
