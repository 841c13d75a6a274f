import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { CodeCommitClient } from "@aws-sdk/client-codecommit";
import { EC2Client } from "@aws-sdk/client-ec2";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { IAMClient } from "@aws-sdk/client-iam";
import { KMSClient } from "@aws-sdk/client-kms";
import { OrganizationsClient } from "@aws-sdk/client-organizations";
import { S3Client } from "@aws-sdk/client-s3";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { STSClient } from "@aws-sdk/client-sts";
import { Connection } from "./connection.ts";

/** The official clients, made for one server and one caller. */
export class Clients extends Connection {
  readonly sts = () => new STSClient(this.clientSettings());
  readonly iam = () => new IAMClient(this.clientSettings());
  readonly kms = () => new KMSClient(this.clientSettings());
  readonly ec2 = () => new EC2Client(this.clientSettings());
  readonly organizations = () => new OrganizationsClient(this.clientSettings());
  readonly events = () => new EventBridgeClient(this.clientSettings());
  readonly s3 = () => new S3Client(this.clientSettings());
  readonly logs = () => new CloudWatchLogsClient(this.clientSettings());
  readonly codeCommit = () => new CodeCommitClient(this.clientSettings());
  readonly sageMaker = () => new SageMakerClient(this.clientSettings());
}
