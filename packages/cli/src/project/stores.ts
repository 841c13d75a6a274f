import { CreateRepositoryCommand, TagResourceCommand as TagRepositoryCommand } from "@aws-sdk/client-codecommit";
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  PutKeyPolicyCommand,
  TagResourceCommand,
} from "@aws-sdk/client-kms";
import {
  CreateBucketCommand,
  GetBucketTaggingCommand,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  type S3Client,
  type Tag,
} from "@aws-sdk/client-s3";
import type { Clients } from "../clients.ts";
import { present } from "../present.ts";
import type { ProjectNames } from "./names.ts";
import type { ProjectNetwork } from "./network.ts";
import { insideBucketPolicy, intakeBucketPolicy, keyPolicy } from "./resource-policies.ts";
import { tolerating } from "./roles.ts";
import { projectTag } from "./statements.ts";

/** The project's key; its policy and its tag are set anew where it is there. */
export async function ensureKey(clients: Clients, names: ProjectNames, network: ProjectNetwork): Promise<string> {
  const kms = clients.kms();
  const Policy = keyPolicy(clients.server, network);
  const Tags = [{ TagKey: projectTag, TagValue: names.project }];
  try {
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: names.keyAlias }));
    const arn = present(KeyMetadata?.Arn, "Arn");
    await kms.send(new PutKeyPolicyCommand({ KeyId: arn, PolicyName: "default", Policy }));
    await kms.send(new TagResourceCommand({ KeyId: arn, Tags }));
    return arn;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "NotFoundException") throw error;
  }
  const Description = `Everything of the project ${names.project}`;
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Description, Policy, Tags }));
  const arn = present(KeyMetadata?.Arn, "Arn");
  await kms.send(new CreateAliasCommand({ AliasName: names.keyAlias, TargetKeyId: arn }));
  return arn;
}

export async function ensureBuckets(
  clients: Clients,
  names: ProjectNames,
  keyArn: string,
  network: ProjectNetwork,
): Promise<void> {
  const s3 = clients.s3();
  for (const Bucket of [names.intakeBucket, names.dataBucket, names.artifactsBucket]) {
    await tolerating("BucketAlreadyOwnedByYou", () => s3.send(new CreateBucketCommand({ Bucket })));
    await tagBucket(s3, Bucket, { Key: projectTag, Value: names.project });
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
    await s3.send(
      new PutBucketEncryptionCommand({
        Bucket,
        ServerSideEncryptionConfiguration: {
          Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: keyArn } }],
        },
      }),
    );
    const Policy =
      Bucket === names.intakeBucket ? intakeBucketPolicy(Bucket, network) : insideBucketPolicy(Bucket, network);
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  }
}

/** Adds a tag to those that the bucket has: S3 sets all of them at once. */
async function tagBucket(s3: S3Client, Bucket: string, tag: { Key: string; Value: string }): Promise<void> {
  let tags: Tag[] = [];
  try {
    tags = (await s3.send(new GetBucketTaggingCommand({ Bucket }))).TagSet ?? [];
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "NoSuchTagSet") throw error;
  }
  const TagSet = [...tags.filter(({ Key }) => Key !== tag.Key), tag];
  await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
}

export async function ensureRepository(clients: Clients, names: ProjectNames): Promise<string> {
  const { region, accountId } = clients.server;
  const arn = `arn:aws:codecommit:${region}:${accountId}:${names.repository}`;
  const codeCommit = clients.codeCommit();
  const tags = { [projectTag]: names.project };
  const made = await tolerating("RepositoryNameExistsException", () =>
    codeCommit.send(
      new CreateRepositoryCommand({
        repositoryName: names.repository,
        repositoryDescription: `Code of the project ${names.project}`,
        tags,
      }),
    ),
  );
  if (!made) await codeCommit.send(new TagRepositoryCommand({ resourceArn: arn, tags }));
  return arn;
}
