import { randomBytes } from "node:crypto";
import { CreateRepositoryCommand } from "@aws-sdk/client-codecommit";
import { CreateKeyCommand } from "@aws-sdk/client-kms";
import { CreateBucketCommand, PutBucketVersioningCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import type { Clients } from "@strongroom/testkit";
import { gitClient, type GitClient } from "../git-client.ts";

export const Bucket = "ledger";
export const repositoryName = "ledger";
/** What is copied and shared by all. */
export const sourceKey = "source";
export const sourceBody = randomBytes(30_000);

/** What is there before the first write. */
export interface World extends GitClient {
  readonly keyId: string;
}

export async function prepare({ s3, kms, codecommit }: Clients): Promise<World> {
  await s3.send(new CreateBucketCommand({ Bucket }));
  const VersioningConfiguration = { Status: "Enabled" } as const;
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  await s3.send(new PutObjectCommand({ Bucket, Key: sourceKey, Body: sourceBody }));
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  await codecommit.send(new CreateRepositoryCommand({ repositoryName }));
  const client = await gitClient();
  return {
    keyId: KeyMetadata?.KeyId ?? "",
    ...client,
  };
}
