/** What a careful attacker would send: inputs that hold, so that nothing but the permission can refuse them. */

const account = "111122223333";
const key = `arn:aws:kms:us-east-1:${account}:key/00000000-0000-4000-8000-000000000000`;
const policy = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }],
});
const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "sagemaker.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
const bucketPolicy = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::there/*" }],
});
const role = `arn:aws:iam::${account}:role/there`;
const upload = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/** A value that holds for every member of this name, in whatever service. */
const byMember: Readonly<Record<string, unknown>> = {
  RoleArn: role,
  RoleSessionName: "session",
  UserName: "there",
  RoleName: "there",
  PolicyName: "there",
  PolicyDocument: policy,
  PolicyArn: `arn:aws:iam::${account}:policy/there`,
  PermissionsBoundary: `arn:aws:iam::${account}:policy/there`,
  AssumeRolePolicyDocument: trust,
  AccessKeyId: "AKIAIOSFODNN7EXAMPLE",
  InstanceProfileName: "there",
  AccountAlias: "there",
  PolicySourceArn: role,
  PolicyInputList: [policy],
  ActionNames: ["s3:GetObject"],
  SecondFactorRequired: true,
  Step: "AAAA",
  Status: "Inactive",
  VersionId: "v1",
  Tags: [{ Key: "team", Value: "credit" }],
  TagKeys: ["team"],
  KeyId: key,
  TargetKeyId: key,
  DestinationKeyId: key,
  AliasName: "alias/there",
  Description: "a description",
  Policy: policy,
  Plaintext: Buffer.from("x"),
  Bucket: "there",
  Key: "there",
  CopySource: "there/there",
  UploadId: upload,
  PartNumber: 1,
  VersioningConfiguration: { Status: "Suspended" },
  ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }] },
  PublicAccessBlockConfiguration: { BlockPublicPolicy: false },
  Tagging: { TagSet: [{ Key: "team", Value: "credit" }] },
  Delete: { Objects: [{ Key: "there" }] },
  ObjectAttributes: ["ETag"],
  VpcId: "vpc-00000000000000001",
  SubnetId: "subnet-00000000000000001",
  GroupId: "sg-00000000000000001",
  GroupName: "group",
  VpcEndpointIds: ["vpce-00000000000000001"],
  VpcEndpointId: "vpce-00000000000000001",
  logGroupName: "/there",
  logStreamName: "there",
  logEvents: [{ timestamp: Date.now(), message: "a line" }],
  TrainingJobName: "there",
  ProcessingJobName: "there",
  ModelName: "there",
  EndpointConfigName: "there",
  EndpointName: "there",
  ExperimentName: "there",
  TrialName: "there",
  TrialComponentName: "there",
  ReproductionJobName: "there",
  OutputDataConfig: { S3OutputPath: "s3://there/out" },
  ProcessingResources: { ClusterConfig: { InstanceCount: 1, InstanceType: "ml.m5.large", VolumeSizeInGB: 1 } },
  AppSpecification: { ImageUri: `${account}.dkr.ecr.us-east-1.amazonaws.com/strongroom-workbench:1` },
  ProductionVariants: [{ VariantName: "a", ModelName: "there", InitialInstanceCount: 1, InstanceType: "ml.m5.large" }],
  ResourceArn: `arn:aws:sagemaker:us-east-1:${account}:training-job/there`,
  Resource: "ExperimentTrialComponent",
  Body: Buffer.from("1,2"),
  repositoryName: "there",
  commitId: "0".repeat(40),
  AccountId: account,
  ChildId: account,
  ChildType: "ACCOUNT",
  ParentId: "r-abcd",
  RootId: "r-abcd",
  TargetId: account,
  ResourceId: account,
  PolicyId: "p-FullAWSAccess",
  PolicyType: "SERVICE_CONTROL_POLICY",
  Filter: "SERVICE_CONTROL_POLICY",
  Type: "SERVICE_CONTROL_POLICY",
  Content: policy,
  Name: "there",
  Resources: ["vpc-00000000000000001"],
  resourceArn: `arn:aws:codecommit:us-east-1:${account}:there`,
  tags: { team: "credit" },
  tagKeys: ["team"],
  OldPassword: "An-old-Passw0rd!",
  NewPassword: "A-new-Passw0rd!",
  Password: "A-new-Passw0rd!",
  VirtualMFADeviceName: "there",
  SerialNumber: `arn:aws:iam::${account}:mfa/there`,
  AuthenticationCode1: "123456",
  AuthenticationCode2: "654321",
  EncodedMessage: "AAAA",
  RequestId: "0199a000-0000-7000-8000-000000000000",
  Subject: role,
  Url: "https://login.example.com",
  OpenIDConnectProviderArn: `arn:aws:iam::${account}:oidc-provider/login.example.com`,
  ClientID: "client",
  ThumbprintList: ["0".repeat(40)],
  Rule: "there",
  Ids: ["there"],
  TargetArn: "arn:aws:scheduler:::aws-sdk:sagemaker:stopTrainingJob",
  Targets: [
    {
      Id: "there",
      Arn: "arn:aws:scheduler:::aws-sdk:sagemaker:stopTrainingJob",
      RoleArn: role,
      Input: '{"TrainingJobName":"there"}',
    },
  ],
  EventPattern: '{"source":["aws.sagemaker"]}',
  Event: "{}",
  ResourceARN: `arn:aws:events:us-east-1:${account}:rule/there`,
};

/** What single operations want beside what their model requires, or in another form. */
const byOperation: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "kms.TagResource": { Tags: [{ TagKey: "team", TagValue: "credit" }] },
  "kms.GenerateRandom": { NumberOfBytes: 8 },
  "kms.GenerateDataKey": { KeySpec: "AES_256" },
  "kms.GenerateDataKeyWithoutPlaintext": { KeySpec: "AES_256" },
  "kms.UpdateKeyDescription": { Description: "another" },
  "iam.UpdateAssumeRolePolicy": { PolicyDocument: trust },
  "s3.PutObject": { Body: Buffer.from("x") },
  "s3.UploadPart": { Body: Buffer.from("x") },
  "s3.PutBucketPolicy": { Policy: bucketPolicy },
  "s3.CompleteMultipartUpload": { MultipartUpload: { Parts: [{ PartNumber: 1, ETag: '"0"' }] } },
  "ec2.CreateVpc": { CidrBlock: "10.200.0.0/16" },
  "ec2.CreateSubnet": { CidrBlock: "10.200.1.0/24" },
  "ec2.CreateSecurityGroup": { Description: "a group", VpcId: byMember["VpcId"] },
  "ec2.DeleteSecurityGroup": { GroupId: byMember["GroupId"] },
  "ec2.ModifyVpcEndpoint": { ResetPolicy: true },
  "ec2.CreateVpcEndpoint": { ServiceName: "com.amazonaws.us-east-1.s3", SubnetIds: [byMember["SubnetId"]] },
  "logs.GetLogEvents": { logGroupName: "/there" },
  "logs.FilterLogEvents": { logGroupName: "/there" },
  "logs.DescribeLogStreams": { logGroupName: "/there" },
  "sagemaker.CreateTrainingJob": {
    AlgorithmSpecification: {
      TrainingImage: `${account}.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1`,
      TrainingInputMode: "File",
    },
    ResourceConfig: { InstanceCount: 1, InstanceType: "ml.m5.large", VolumeSizeInGB: 1 },
    StoppingCondition: { MaxRuntimeInSeconds: 60 },
  },
  "sagemaker.CreateModel": {
    ExecutionRoleArn: role,
    PrimaryContainer: {
      Image: `${account}.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1`,
      ModelDataUrl: "s3://there/model.tar.gz",
    },
  },
  "ec2.DeleteTags": { Tags: [{ Key: "team" }] },
  "logs.TagResource": { resourceArn: `arn:aws:logs:us-east-1:${account}:log-group:/there` },
  "logs.UntagResource": { resourceArn: `arn:aws:logs:us-east-1:${account}:log-group:/there` },
  "logs.ListTagsForResource": { resourceArn: `arn:aws:logs:us-east-1:${account}:log-group:/there` },
  "organizations.UpdatePolicy": { Description: "another" },
  "events.PutRule": { EventPattern: byMember["EventPattern"] },
  "codecommit.GetBranch": { repositoryName: "there", branchName: "main" },
};

const rules = { IpPermissions: [{ IpProtocol: "tcp", FromPort: 443, ToPort: 443 }], GroupId: byMember["GroupId"] };

/** The value of a member by its name alone; undefined where there is none. */
export const valueFor = (member: string): unknown => byMember[member];

/** The input of an operation: what its model requires, and what it wants besides. Throws where a value is missing here. */
export function sampleInput(service: string, operation: string, required: readonly string[]): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const name of required) {
    if (!(name in byMember)) throw new Error(`sample-inputs.ts has no ${name}, which ${service} ${operation} requires`);
    input[name] = byMember[name];
  }
  const isRule = /^(Authorize|Revoke)SecurityGroup/.test(operation);
  return { ...input, ...(isRule ? rules : {}), ...byOperation[`${service}.${operation}`] };
}
