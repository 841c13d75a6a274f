import { bucketArns, document } from "./statements.ts";
import type { ProjectNetwork } from "./network.ts";

interface Account {
  readonly accountId: string;
  readonly region: string;
}

/** ④ the account's own policies may give the use of the key, but only inside the project's network. */
export function keyPolicy({ accountId, region }: Account, network: ProjectNetwork): string {
  return document([
    {
      Sid: "TheAccountAdministersTheKey",
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${accountId}:root` },
      Action: ["kms:*"],
      Resource: "*",
    },
    {
      Sid: "NothingIsDecryptedOutsideTheNetwork",
      Effect: "Deny",
      Principal: "*",
      Action: ["kms:Decrypt", "kms:ReEncryptFrom"],
      Resource: "*",
      Condition: { StringNotEquals: { "aws:SourceVpc": network.vpcId } },
    },
    {
      Sid: "OutsideTheNetworkOnlyTheStoreEncrypts",
      Effect: "Deny",
      Principal: "*",
      Action: ["kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncryptTo"],
      Resource: "*",
      Condition: {
        StringNotEquals: { "aws:SourceVpc": network.vpcId, "kms:ViaService": `s3.${region}.amazonaws.com` },
      },
    },
  ]);
}

/** ① whatever does not come through the project's endpoint is refused, administrators included. */
export function insideBucketPolicy(bucket: string, network: ProjectNetwork): string {
  return document([
    {
      Sid: "OnlyThroughTheProjectsEndpoint",
      Effect: "Deny",
      Principal: "*",
      Action: ["s3:GetObject*", "s3:PutObject*", "s3:DeleteObject*", "s3:ListBucket*"],
      Resource: bucketArns(bucket),
      Condition: { StringNotEquals: { "aws:sourceVpce": network.endpoints["s3"] ?? "" } },
    },
  ]);
}

/** Data comes in from outside, and is read only inside. */
export function intakeBucketPolicy(bucket: string, network: ProjectNetwork): string {
  return document([
    {
      Sid: "ReadOnlyThroughTheProjectsEndpoint",
      Effect: "Deny",
      Principal: "*",
      Action: ["s3:GetObject*", "s3:ListBucket*"],
      Resource: bucketArns(bucket),
      Condition: { StringNotEquals: { "aws:sourceVpce": network.endpoints["s3"] ?? "" } },
    },
  ]);
}

const byJobs = {
  Sid: "JobsRunAsThisRole",
  Effect: "Allow",
  Principal: { Service: "sagemaker.amazonaws.com" },
  Action: ["sts:AssumeRole"],
} as const;

const byPeople = ({ accountId }: Account) =>
  ({
    Sid: "TheAccountsOwnPoliciesDecideWhoElse",
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${accountId}:root` },
    Action: ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"],
  }) as const;

/** Jobs alone take on the execution role. */
export const trustOfJobs = (): string => document([byJobs]);
/** A person takes on the role, or a job that runs a person's notebook. */
export const trustOfPeopleAndJobs = (account: Account): string => document([byJobs, byPeople(account)]);
/** ② no job runs as an administrator. */
export const trustOfPeople = (account: Account): string => document([byPeople(account)]);
