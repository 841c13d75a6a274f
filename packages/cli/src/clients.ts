import { readFileSync } from "node:fs";
import { Agent } from "node:https";
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
import type { AdminClientSettings } from "@strongroom/admin-api";
import type { Credentials, ServerState } from "./environment.ts";

/** The official clients, made for one server and one caller: endpoint, the environment's own CA, region, credentials. */
export class Clients implements Disposable {
  readonly server: Pick<ServerState, "endpoint" | "region" | "accountId" | "caFile">;
  readonly credentials: Credentials;
  readonly #agent: Agent;

  constructor(server: Clients["server"], credentials: Credentials) {
    this.server = server;
    this.credentials = credentials;
    this.#agent = new Agent({ ca: readFileSync(server.caFile), keepAlive: true });
  }

  readonly sts = () => new STSClient(this.#settings());
  readonly iam = () => new IAMClient(this.#settings());
  readonly kms = () => new KMSClient(this.#settings());
  readonly ec2 = () => new EC2Client(this.#settings());
  readonly organizations = () => new OrganizationsClient(this.#settings());
  readonly events = () => new EventBridgeClient(this.#settings());
  readonly s3 = () => new S3Client(this.#settings());
  readonly logs = () => new CloudWatchLogsClient(this.#settings());
  readonly codeCommit = () => new CodeCommitClient(this.#settings());
  readonly sageMaker = () => new SageMakerClient(this.#settings());

  /** For Strongroom's own service. */
  adminSettings(): AdminClientSettings {
    const { endpoint, region } = this.server;
    return { endpoint, region, credentials: this.credentials, agent: this.#agent };
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }

  #settings() {
    return {
      endpoint: this.server.endpoint,
      region: this.server.region,
      credentials: this.credentials,
      requestHandler: { httpsAgent: this.#agent },
    };
  }
}
