/**
 * Values of optional members, for the fullest input of every operation. A member that permissions depend on
 * belongs here; for any other a value is made up from its type.
 */

const account = "111122223333";
const key = `arn:aws:kms:us-east-1:${account}:key/00000000-0000-4000-8000-000000000000`;
const network = { Subnets: ["subnet-00000000000000001"], SecurityGroupIds: ["sg-00000000000000001"] };
const image = (name: string) => `${account}.dkr.ecr.us-east-1.amazonaws.com/${name}`;
const objectVersion = "3sL4kqtJlcpXroDTDmJrmSpXd3dIbrHY";

/** By the member's name, in whatever service. */
const byMember: Readonly<Record<string, unknown>> = {
  VpcConfig: network,
  EnableNetworkIsolation: true,
  EnableInterContainerTrafficEncryption: true,
  NetworkConfig: { EnableNetworkIsolation: true, EnableInterContainerTrafficEncryption: true, VpcConfig: network },
  OutputDataConfig: { S3OutputPath: "s3://there/out", KmsKeyId: key },
  KmsKeyId: key,
  PermissionsBoundary: `arn:aws:iam::${account}:policy/there`,
  ExternalId: "external",
  DurationSeconds: 900,
  EncryptionContext: { project: "credit" },
  BypassPolicyLockoutSafetyCheck: true,
  ServerSideEncryption: "aws:kms",
  SSEKMSKeyId: key,
  Tagging: "team=credit",
  VersionId: objectVersion,
  CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
  ObjectOwnership: "BucketOwnerEnforced",
  Prefix: "in/",
  Delimiter: "/",
  MaxKeys: 10,
  StorageClass: "STANDARD",
  MetadataDirective: "REPLACE",
  IfMatch: '"0"',
  Path: "/",
  SessionName: "session",
  SourceIdentity: "alice",
  TransitiveTagKeys: ["team"],
  SerialNumber: `arn:aws:iam::${account}:mfa/there`,
  TokenCode: "123456",
  PolicyArns: [{ arn: `arn:aws:iam::${account}:policy/there` }],
  ResourceOwner: `arn:aws:iam::${account}:root`,
  ExpectedBucketOwner: account,
  MaxResults: 10,
};

/** Digests of the body, and whose bucket it is: a made-up one is refused before anything is decided. */
const leftOut: ReadonlySet<string> = new Set(["ContentMD5", "ChecksumCRC32", "ChecksumCRC32C", "ChecksumCRC64NVME"]);

/** By `service.Member`, where one service wants another form. */
const byService: Readonly<Record<string, unknown>> = {
  "iam.VersionId": "v1",
  "sagemaker.Tags": [{ Key: "team", Value: "credit" }],
};

const tagged = (ResourceType: string) => ({
  TagSpecifications: [{ ResourceType, Tags: [{ Key: "team", Value: "credit" }] }],
});

/** By `service.Operation`, whole members. */
const byOperation: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "kms.CreateGrant": { Constraints: { EncryptionContextSubset: { project: "credit" } } },
  "kms.CreateKey": { Tags: [{ TagKey: "team", TagValue: "credit" }] },
  "kms.ReEncrypt": {
    SourceKeyId: key,
    SourceEncryptionContext: { project: "credit" },
    DestinationEncryptionContext: { project: "credit" },
  },
  "s3.CopyObject": { CopySource: `there/there?versionId=${objectVersion}`, TaggingDirective: "REPLACE" },
  "s3.UploadPartCopy": { CopySource: `there/there?versionId=${objectVersion}` },
  "ec2.CreateVpc": tagged("vpc"),
  "ec2.CreateSubnet": tagged("subnet"),
  "ec2.CreateSecurityGroup": tagged("security-group"),
  "ec2.CreateVpcEndpoint": { ...tagged("vpc-endpoint"), SecurityGroupIds: ["sg-00000000000000001"] },
  "sagemaker.CreateTrainingJob": {
    OutputDataConfig: { S3OutputPath: "s3://there/out", KmsKeyId: key },
    ResourceConfig: { InstanceCount: 1, InstanceType: "ml.m5.large", VolumeSizeInGB: 1, VolumeKmsKeyId: key },
  },
  "sagemaker.CreateProcessingJob": {
    ProcessingResources: {
      ClusterConfig: { InstanceCount: 1, InstanceType: "ml.m5.large", VolumeSizeInGB: 1, VolumeKmsKeyId: key },
    },
    ProcessingOutputConfig: {
      KmsKeyId: key,
      Outputs: [
        {
          OutputName: "out",
          S3Output: { S3Uri: "s3://there/out", LocalPath: "/opt/ml/processing/out", S3UploadMode: "EndOfJob" },
        },
      ],
    },
    StoppingCondition: { MaxRuntimeInSeconds: 60 },
  },
  "sagemaker.CreateModel": {
    PrimaryContainer: { Image: image("sagemaker-xgboost:1.7-1"), ModelDataUrl: "s3://there/model.tar.gz" },
  },
  "sagemaker.CreateEndpointConfig": {
    DataCaptureConfig: {
      EnableCapture: true,
      InitialSamplingPercentage: 100,
      DestinationS3Uri: "s3://there/capture",
      KmsKeyId: key,
      CaptureOptions: [{ CaptureMode: "Input" }],
    },
  },
  "events.PutRule": {
    EventPattern: JSON.stringify({
      source: ["aws.sagemaker"],
      "detail-type": ["AWS API Call via CloudTrail"],
      detail: { eventSource: ["sagemaker.amazonaws.com"], eventName: ["CreateTrainingJob"] },
    }),
  },
  "logs.CreateLogGroup": { tags: { team: "credit" } },
  "codecommit.CreateRepository": { tags: { team: "credit" } },
};

/** Further inputs, where one cannot show all that is demanded. */
export const furtherInputs: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>> = {
  "kms.DescribeKey": [{ KeyId: "alias/there" }],
  "kms.Encrypt": [{ KeyId: "alias/there", Plaintext: Buffer.from("x") }],
  "kms.GenerateDataKey": [{ KeyId: "alias/there", KeySpec: "AES_256" }],
  "kms.GenerateDataKeyWithoutPlaintext": [{ KeyId: "alias/there", KeySpec: "AES_256" }],
  "s3.DeleteObjects": [
    { Bucket: "there", Delete: { Objects: [{ Key: "there", VersionId: objectVersion }] } },
    { Bucket: "there", Delete: { Objects: [{ Key: "there", ETag: '"0"' }] } },
  ],
  "s3.CopyObject": [
    { Bucket: "there", Key: "copy", CopySource: "there/tagged" },
    { Bucket: "there", Key: "copy", CopySource: "there/tagged?versionId=null" },
  ],
};

/** A value for an optional member: undefined where its type makes one up, null where it is left out. */
export function optionalValue(service: string, operation: string, member: string): unknown {
  if (leftOut.has(member)) return null;
  const own = byOperation[`${service}.${operation}`];
  if (own !== undefined && member in own) return own[member];
  const ofService = `${service}.${member}`;
  return ofService in byService ? byService[ofService] : byMember[member];
}

/** Members that the fullest input sets in another way than the smallest one. */
export const replacedMembers = (service: string, operation: string): readonly string[] =>
  Object.keys(byOperation[`${service}.${operation}`] ?? {});
