import type { ProjectNames } from "./names.ts";
import type { ProjectNetwork } from "./network.ts";

export interface ProjectPlace {
  readonly accountId: string;
  readonly region: string;
  readonly names: ProjectNames;
  readonly network: ProjectNetwork;
  readonly keyArn: string;
}

export type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: unknown;
  readonly Action: readonly string[];
  readonly Resource?: readonly string[] | string;
  readonly Condition?: Condition;
}

/** Everything of a project that can carry tags carries this one, with the project's name. */
export const projectTag = "strongroom:project";

/** The instance types that a project's jobs and endpoints may ask for. */
const instanceTypes = ["ml.m5.*", "ml.c5.*", "ml.t3.*"];

export const document = (statements: readonly Statement[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });

export const bucketArns = (bucket: string): string[] => [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`];
export const roleArn = ({ accountId }: { readonly accountId: string }, role: string): string =>
  `arn:aws:iam::${accountId}:role/${role}`;

/** SageMaker's resources of the project, by their names. */
export const ownArns = ({ region, accountId, names }: ProjectPlace): string =>
  `arn:aws:sagemaker:${region}:${accountId}:*/${names.project}-*`;

/** ② what is made carries the project's tag, so that lists can tell whose it is. */
export const taggedAtCreation = ({ names }: ProjectPlace): Condition => ({
  StringEquals: { [`aws:RequestTag/${projectTag}`]: names.project },
});

/** Lists are decided for each thing that they would name. */
export const ownOrUntagged = ({ names }: ProjectPlace): Condition => ({
  StringEqualsIfExists: { [`aws:ResourceTag/${projectTag}`]: names.project },
});

export function readIntake({ names }: ProjectPlace): Statement {
  return {
    Sid: "ReadTheIntake",
    Effect: "Allow",
    Action: ["s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket"],
    Resource: bucketArns(names.intakeBucket),
  };
}

export function readObjects(buckets: readonly string[]): Statement {
  return {
    Sid: "ReadTheProjectsObjects",
    Effect: "Allow",
    Action: ["s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket", "s3:ListBucketVersions"],
    Resource: buckets.flatMap(bucketArns),
  };
}

export function writeObjects(buckets: readonly string[]): Statement {
  return {
    Sid: "WriteTheProjectsObjects",
    Effect: "Allow",
    Action: ["s3:PutObject", "s3:DeleteObject"],
    Resource: buckets.map((bucket) => `arn:aws:s3:::${bucket}/*`),
  };
}

export function useKey({ keyArn }: ProjectPlace): Statement {
  return {
    Sid: "UseTheProjectsKey",
    Effect: "Allow",
    Action: [
      "kms:Encrypt",
      "kms:Decrypt",
      "kms:ReEncrypt*",
      "kms:GenerateDataKey*",
      "kms:DescribeKey",
      "kms:CreateGrant",
    ],
    Resource: [keyArn],
  };
}

/** The logs of the project's own jobs; the streams of others are left out of lists. */
export function readLogs({ region, accountId, names }: ProjectPlace): Statement {
  const groups = `arn:aws:logs:${region}:${accountId}:log-group:/aws/sagemaker/*:log-stream:`;
  return {
    Sid: "ReadTheLogsOfTheProjectsJobs",
    Effect: "Allow",
    Action: ["logs:DescribeLogStreams", "logs:GetLogEvents", "logs:FilterLogEvents"],
    Resource: [groups, `${groups}${names.project}-*`],
  };
}

/** ① jobs only in the project's own network and ④ only under its own key, on instances of the known kinds. */
export function runJobs(place: ProjectPlace): Statement[] {
  const { keyArn } = place;
  return [
    {
      Sid: "RunJobsInTheNetworkUnderTheKey",
      Effect: "Allow",
      Action: ["sagemaker:CreateTrainingJob", "sagemaker:CreateProcessingJob"],
      Resource: ownArns(place),
      Condition: {
        ...inNetwork(place),
        StringEquals: {
          ...taggedAtCreation(place)["StringEquals"],
          "sagemaker:VolumeKmsKey": keyArn,
          "sagemaker:OutputKmsKey": keyArn,
        },
        BoolIfExists: { "sagemaker:InterContainerTrafficEncryption": "true" },
        "ForAllValues:StringLike": { "sagemaker:InstanceTypes": instanceTypes },
      },
    },
    {
      Sid: "FollowAndStopJobs",
      Effect: "Allow",
      Action: ["sagemaker:Describe*", "sagemaker:ListTags", "sagemaker:StopTrainingJob", "sagemaker:StopProcessingJob"],
      Resource: ownArns(place),
    },
    {
      Sid: "ListWhatIsTheProjects",
      Effect: "Allow",
      Action: ["sagemaker:List*", "sagemaker:Search"],
      Resource: "*",
      Condition: ownOrUntagged(place),
    },
    ...tagResources(place),
  ];
}

/** ① the subnets and security groups of the project, and none besides. */
export function inNetwork({ network }: ProjectPlace): Condition {
  return {
    Null: { "sagemaker:VpcSubnets": "false", "sagemaker:VpcSecurityGroupIds": "false" },
    "ForAllValues:StringEquals": {
      "sagemaker:VpcSubnets": network.subnetIds,
      "sagemaker:VpcSecurityGroupIds": network.securityGroupIds,
    },
  };
}

export function onKnownInstances(keyArn: string): Condition {
  return {
    StringEquals: { "sagemaker:VolumeKmsKey": keyArn },
    "ForAllValues:StringLike": { "sagemaker:InstanceTypes": instanceTypes },
  };
}

/** ② tags may be set and removed, but the one that says whose a thing is. */
function tagResources(place: ProjectPlace): Statement[] {
  return [
    {
      Sid: "TagTheProjectsResources",
      Effect: "Allow",
      Action: ["sagemaker:AddTags"],
      Resource: ownArns(place),
      Condition: { StringEqualsIfExists: { [`aws:RequestTag/${projectTag}`]: place.names.project } },
    },
    {
      Sid: "UntagTheProjectsResources",
      Effect: "Allow",
      Action: ["sagemaker:DeleteTags"],
      Resource: ownArns(place),
      Condition: { "ForAllValues:StringNotEquals": { "aws:TagKeys": projectTag } },
    },
  ];
}

export function workOnCode({ region, accountId, names }: ProjectPlace): Statement {
  return {
    Sid: "WorkOnTheProjectsCode",
    Effect: "Allow",
    Action: [
      "codecommit:GitPull",
      "codecommit:GitPush",
      "codecommit:GetRepository",
      "codecommit:GetBranch",
      "codecommit:GetCommit",
      "codecommit:ListBranches",
    ],
    Resource: `arn:aws:codecommit:${region}:${accountId}:${names.repository}`,
  };
}

/** ② the project's roles for jobs, and to SageMaker alone. */
export function passExecutionRoles(place: ProjectPlace): Statement {
  return {
    Sid: "PassTheExecutionRole",
    Effect: "Allow",
    Action: ["iam:PassRole"],
    Resource: [roleArn(place, place.names.executionRole), roleArn(place, `${place.names.project}/*`)],
    Condition: { StringEquals: { "iam:PassedToService": "sagemaker.amazonaws.com" } },
  };
}
