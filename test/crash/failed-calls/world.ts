import { CreateRepositoryCommand } from "@aws-sdk/client-codecommit";
import { CreateKeyCommand } from "@aws-sdk/client-kms";
import { CreateBucketCommand, PutBucketVersioningCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import type { Clients } from "@strongroom/testkit";
import { gitClient, type GitClient } from "../git-client.ts";

/** Never versioned, versioned, and with object lock. */
export const buckets = { plain: "plain", versioned: "versioned", locked: "locked" } as const;
export const sourceKey = "source";
export const sourceText = "what is copied";

/** What is there before the first request that is tried. */
export interface World extends GitClient {
  readonly keyId: string;
}

export async function makeWorld({ s3, kms, codecommit }: Clients): Promise<World> {
  const { plain, versioned, locked } = buckets;
  await s3.send(new CreateBucketCommand({ Bucket: plain }));
  await s3.send(new CreateBucketCommand({ Bucket: versioned }));
  const VersioningConfiguration = { Status: "Enabled" } as const;
  await s3.send(new PutBucketVersioningCommand({ Bucket: versioned, VersioningConfiguration }));
  await s3.send(new CreateBucketCommand({ Bucket: locked, ObjectLockEnabledForBucket: true }));
  await s3.send(new PutObjectCommand({ Bucket: plain, Key: sourceKey, Body: sourceText }));
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  // The first use of git mounts its folder, which is no part of what is tried.
  await codecommit.send(new CreateRepositoryCommand({ repositoryName: "first" }));
  return { keyId: KeyMetadata?.KeyId ?? "", ...(await gitClient()) };
}
