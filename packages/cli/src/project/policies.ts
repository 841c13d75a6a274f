import type { ProjectNames } from "./names.ts";
import type { ProjectNetwork } from "./network.ts";

export interface ProjectPlace {
  readonly accountId: string;
  readonly region: string;
  readonly names: ProjectNames;
}

interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: unknown;
  readonly Action: readonly string[];
  readonly Resource: readonly string[] | string;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

const document = (statements: readonly Statement[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });
const bucketArns = (bucket: string) => [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`];
const roleArn = ({ accountId }: ProjectPlace, role: string) => `arn:aws:iam::${accountId}:role/${role}`;

/** ④ the account's own policies may give the use of the key, but only inside the project's network. */
export function keyPolicy({ accountId, region }: ProjectPlace, network: ProjectNetwork): string {
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

/** Jobs take the role through the service; the administrator may take it to try something by hand. */
export function trustPolicy({ accountId }: ProjectPlace): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "JobsRunAsThisRole",
        Effect: "Allow",
        Principal: { Service: "sagemaker.amazonaws.com" },
        Action: "sts:AssumeRole",
      },
      {
        Sid: "TheAccountsOwnPoliciesDecideWhoElse",
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${accountId}:root` },
        Action: "sts:AssumeRole",
      },
    ],
  });
}

/** What a job may do: the project's data and artifacts under the project's key, and its own log. */
export function executionPolicy(place: ProjectPlace, keyArn: string): string {
  return document([...storeStatements(place, keyArn), logStatement(place)]);
}

export function dataScientistPolicy(place: ProjectPlace, keyArn: string, network: ProjectNetwork): string {
  return document([
    ...storeStatements(place, keyArn),
    logStatement(place),
    ...jobStatements(place, keyArn, network),
    repositoryStatement(place),
    passRoleStatement(place),
    {
      Sid: "TraceExperiments",
      Effect: "Allow",
      Action: [
        "sagemaker:CreateExperiment",
        "sagemaker:CreateTrial",
        "sagemaker:CreateTrialComponent",
        "sagemaker:UpdateTrialComponent",
        "sagemaker:AssociateTrialComponent",
        "sagemaker:Describe*",
        "sagemaker:List*",
        "sagemaker:Search",
        "sagemaker:AddTags",
      ],
      Resource: "*",
    },
  ]);
}

export function devOpsPolicy(place: ProjectPlace, keyArn: string, network: ProjectNetwork): string {
  return document([
    ...storeStatements(place, keyArn),
    logStatement(place),
    ...jobStatements(place, keyArn, network),
    repositoryStatement(place),
    passRoleStatement(place),
    {
      Sid: "DeployAndWatch",
      Effect: "Allow",
      Action: [
        "sagemaker:CreateModel",
        "sagemaker:DeleteModel",
        "sagemaker:CreateEndpointConfig",
        "sagemaker:DeleteEndpointConfig",
        "sagemaker:CreateEndpoint",
        "sagemaker:DeleteEndpoint",
        "sagemaker:InvokeEndpoint",
        "sagemaker:Describe*",
        "sagemaker:List*",
        "sagemaker:Search",
        "sagemaker:AddTags",
      ],
      Resource: "*",
    },
    {
      Sid: "NoModelOutsideTheNetwork",
      Effect: "Deny",
      Action: ["sagemaker:CreateModel"],
      Resource: "*",
      Condition: { Null: { "sagemaker:VpcSubnets": "true" } },
    },
  ]);
}

function storeStatements({ names }: ProjectPlace, keyArn: string): Statement[] {
  return [
    {
      Sid: "ReadTheIntake",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket"],
      Resource: bucketArns(names.intakeBucket),
    },
    {
      Sid: "WorkOnTheProjectsObjects",
      Effect: "Allow",
      Action: [
        "s3:GetObject",
        "s3:GetObjectVersion",
        "s3:PutObject",
        "s3:DeleteObject",
        "s3:ListBucket",
        "s3:ListBucketVersions",
      ],
      Resource: [...bucketArns(names.dataBucket), ...bucketArns(names.artifactsBucket)],
    },
    {
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
    },
  ];
}

function logStatement({ region, accountId }: ProjectPlace): Statement {
  return {
    Sid: "ReadAndWriteJobLogs",
    Effect: "Allow",
    Action: [
      "logs:CreateLogGroup",
      "logs:CreateLogStream",
      "logs:PutLogEvents",
      "logs:DescribeLogGroups",
      "logs:DescribeLogStreams",
      "logs:GetLogEvents",
      "logs:FilterLogEvents",
    ],
    Resource: `arn:aws:logs:${region}:${accountId}:*`,
  };
}

/** ① jobs only in the project's own network and ④ only under its own key. */
function jobStatements({ names }: ProjectPlace, keyArn: string, network: ProjectNetwork): Statement[] {
  const creates = ["sagemaker:CreateTrainingJob", "sagemaker:CreateProcessingJob"];
  return [
    {
      Sid: "RunJobsUnderTheProjectsKey",
      Effect: "Allow",
      Action: creates,
      Resource: "*",
      Condition: { StringEquals: { "sagemaker:VolumeKmsKey": keyArn, "sagemaker:OutputKmsKey": keyArn } },
    },
    {
      Sid: "NoJobOutsideANetwork",
      Effect: "Deny",
      Action: creates,
      Resource: "*",
      Condition: { Null: { "sagemaker:VpcSubnets": "true" } },
    },
    {
      Sid: "NoJobInAnotherNetwork",
      Effect: "Deny",
      Action: creates,
      Resource: "*",
      Condition: { "ForAnyValue:StringNotEquals": { "sagemaker:VpcSubnets": [network.subnetId] } },
    },
    {
      Sid: "FollowAndStopJobs",
      Effect: "Allow",
      Action: [
        "sagemaker:Describe*",
        "sagemaker:List*",
        "sagemaker:StopTrainingJob",
        "sagemaker:StopProcessingJob",
        "sagemaker:AddTags",
      ],
      Resource: `arn:aws:sagemaker:*:*:*/${names.project}-*`,
    },
  ];
}

function repositoryStatement({ region, accountId, names }: ProjectPlace): Statement {
  return {
    Sid: "WorkOnTheProjectsCode",
    Effect: "Allow",
    Action: [
      "codecommit:GitPull",
      "codecommit:GitPush",
      "codecommit:GetRepository",
      "codecommit:GetBranch",
      "codecommit:GetCommit",
    ],
    Resource: `arn:aws:codecommit:${region}:${accountId}:${names.repository}`,
  };
}

/** ② the execution role, and to SageMaker alone. */
function passRoleStatement(place: ProjectPlace): Statement {
  return {
    Sid: "PassTheExecutionRole",
    Effect: "Allow",
    Action: ["iam:PassRole"],
    Resource: roleArn(place, place.names.executionRole),
    Condition: { StringEquals: { "iam:PassedToService": "sagemaker.amazonaws.com" } },
  };
}
