import { CreateRepositoryCommand } from "@aws-sdk/client-codecommit";
import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateAliasCommand, CreateKeyCommand, DescribeKeyCommand, PutKeyPolicyCommand } from "@aws-sdk/client-kms";
import {
  CreateBucketCommand,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
} from "@aws-sdk/client-s3";
import type { Clients } from "../clients.ts";
import { present } from "../present.ts";
import type { ProjectNames } from "./names.ts";
import { ensureNetwork, type ProjectNetwork } from "./network.ts";
import {
  dataScientistPolicy,
  devOpsPolicy,
  executionPolicy,
  insideBucketPolicy,
  intakeBucketPolicy,
  keyPolicy,
  trustPolicy,
  type ProjectPlace,
} from "./policies.ts";

export interface Project {
  readonly names: ProjectNames;
  readonly network: ProjectNetwork;
  readonly keyArn: string;
  readonly repositoryArn: string;
  readonly roleArns: { readonly dataScientist: string; readonly devOps: string; readonly execution: string };
}

/**
 * Makes a project: network and endpoints, key, buckets, roles, repository. Run again, it makes what
 * is missing and sets the policies anew; data is not touched.
 */
export async function ensureProject(
  clients: Clients,
  names: ProjectNames,
  onProgress: (made: string) => void,
): Promise<Project> {
  const place: ProjectPlace = { accountId: clients.server.accountId, region: clients.server.region, names };
  const network = await ensureNetwork(clients.ec2(), place.region, names);
  onProgress(
    `network ${network.vpcId} with ${Object.keys(network.endpoints).length} endpoints and no way to the internet`,
  );
  const keyArn = await ensureKey(clients, place, network);
  onProgress(`key ${keyArn}`);
  await ensureBuckets(clients, names, keyArn, network);
  onProgress(`buckets ${names.intakeBucket}, ${names.dataBucket}, ${names.artifactsBucket}`);
  const roleArns = {
    dataScientist: await ensureRole(
      clients,
      place,
      names.dataScientistRole,
      dataScientistPolicy(place, keyArn, network),
    ),
    devOps: await ensureRole(clients, place, names.devOpsRole, devOpsPolicy(place, keyArn, network)),
    execution: await ensureRole(clients, place, names.executionRole, executionPolicy(place, keyArn)),
  };
  onProgress(`roles ${names.dataScientistRole}, ${names.devOpsRole}, ${names.executionRole}`);
  const repositoryArn = `arn:aws:codecommit:${place.region}:${place.accountId}:${names.repository}`;
  await unlessThere("RepositoryNameExistsException", () =>
    clients.codeCommit().send(
      new CreateRepositoryCommand({
        repositoryName: names.repository,
        repositoryDescription: `Code of the project ${names.project}`,
      }),
    ),
  );
  onProgress(`repository ${repositoryArn}`);
  return { names, network, keyArn, repositoryArn, roleArns };
}

/** Runs `make`; that the thing is there already is as good. */
async function unlessThere(code: string, make: () => Promise<unknown>): Promise<void> {
  try {
    await make();
  } catch (error) {
    if (!(error instanceof Error) || error.name !== code) throw error;
  }
}

async function ensureKey(clients: Clients, place: ProjectPlace, network: ProjectNetwork): Promise<string> {
  const kms = clients.kms();
  const Policy = keyPolicy(place, network);
  try {
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: place.names.keyAlias }));
    const arn = present(KeyMetadata?.Arn, "Arn");
    await kms.send(new PutKeyPolicyCommand({ KeyId: arn, PolicyName: "default", Policy }));
    return arn;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "NotFoundException") throw error;
  }
  const { KeyMetadata } = await kms.send(
    new CreateKeyCommand({ Description: `Everything of the project ${place.names.project}`, Policy }),
  );
  const arn = present(KeyMetadata?.Arn, "Arn");
  await kms.send(new CreateAliasCommand({ AliasName: place.names.keyAlias, TargetKeyId: arn }));
  return arn;
}

async function ensureBuckets(
  clients: Clients,
  names: ProjectNames,
  keyArn: string,
  network: ProjectNetwork,
): Promise<void> {
  const s3 = clients.s3();
  for (const Bucket of [names.intakeBucket, names.dataBucket, names.artifactsBucket]) {
    await unlessThere("BucketAlreadyOwnedByYou", () => s3.send(new CreateBucketCommand({ Bucket })));
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

async function ensureRole(clients: Clients, place: ProjectPlace, RoleName: string, policy: string): Promise<string> {
  const iam = clients.iam();
  await unlessThere("EntityAlreadyExistsException", () =>
    iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trustPolicy(place) })),
  );
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "project", PolicyDocument: policy }));
  return `arn:aws:iam::${place.accountId}:role/${RoleName}`;
}
