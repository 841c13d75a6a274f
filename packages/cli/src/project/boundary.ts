import { bucketArns, document, type ProjectPlace } from "./statements.ts";

/**
 * ② The most that a role for jobs can ever do, whatever policies it is given: use the project's objects
 * and key, from inside the project's network. Taken on by a person outside of it, such a role is worth nothing.
 */
export function executionBoundary({ names, network, keyArn }: ProjectPlace): string {
  const Condition = { StringEquals: { "aws:SourceVpc": network.vpcId } };
  return document([
    {
      Sid: "ObjectsInsideTheNetwork",
      Effect: "Allow",
      Action: ["s3:GetObject*", "s3:PutObject*", "s3:DeleteObject*", "s3:ListBucket*", "s3:AbortMultipartUpload"],
      Resource: [names.intakeBucket, names.dataBucket, names.artifactsBucket].flatMap(bucketArns),
      Condition,
    },
    {
      Sid: "TheKeyInsideTheNetwork",
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
      Condition,
    },
  ]);
}
