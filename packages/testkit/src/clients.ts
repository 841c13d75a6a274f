import { readFileSync } from "node:fs";
import { Agent } from "node:https";
import { CloudTrailClient } from "@aws-sdk/client-cloudtrail";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { CodeCommitClient } from "@aws-sdk/client-codecommit";
import { EC2Client } from "@aws-sdk/client-ec2";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { IAMClient } from "@aws-sdk/client-iam";
import { KMSClient } from "@aws-sdk/client-kms";
import { OrganizationsClient } from "@aws-sdk/client-organizations";
import { S3Client } from "@aws-sdk/client-s3";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";
import { STSClient } from "@aws-sdk/client-sts";

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Where a house answers. */
export interface Place {
  readonly endpoint: string;
  readonly caPath: string;
  readonly region: string;
  readonly accountId: string;
}

/** The official JavaScript clients of one caller. They share their connections and try each call once. */
export class Clients implements Disposable {
  readonly place: Place;
  readonly credentials: Credentials;
  readonly #agent: Agent;
  readonly #made = new Map<string, { destroy(): void }>();

  constructor(place: Place, credentials: Credentials) {
    this.place = place;
    this.credentials = credentials;
    this.#agent = new Agent({ ca: readFileSync(place.caPath), keepAlive: true });
  }

  get s3(): S3Client {
    return this.#client("s3", S3Client);
  }
  get kms(): KMSClient {
    return this.#client("kms", KMSClient);
  }
  get iam(): IAMClient {
    return this.#client("iam", IAMClient);
  }
  get sts(): STSClient {
    return this.#client("sts", STSClient);
  }
  get ec2(): EC2Client {
    return this.#client("ec2", EC2Client);
  }
  get sagemaker(): SageMakerClient {
    return this.#client("sagemaker", SageMakerClient);
  }
  get runtime(): SageMakerRuntimeClient {
    return this.#client("runtime", SageMakerRuntimeClient);
  }
  get logs(): CloudWatchLogsClient {
    return this.#client("logs", CloudWatchLogsClient);
  }
  get codecommit(): CodeCommitClient {
    return this.#client("codecommit", CodeCommitClient);
  }
  get cloudtrail(): CloudTrailClient {
    return this.#client("cloudtrail", CloudTrailClient);
  }
  get events(): EventBridgeClient {
    return this.#client("events", EventBridgeClient);
  }
  get organizations(): OrganizationsClient {
    return this.#client("organizations", OrganizationsClient);
  }

  /** For requests made by hand over the same connections. */
  get agent(): Agent {
    return this.#agent;
  }

  /** What AWS clients in other processes are told: the whole of what they need to know. */
  environment(): Record<string, string> {
    const { endpoint, caPath, region } = this.place;
    const { accessKeyId, secretAccessKey, sessionToken } = this.credentials;
    return {
      AWS_ENDPOINT_URL: endpoint,
      AWS_CA_BUNDLE: caPath,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      ...(sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: sessionToken }),
    };
  }

  [Symbol.dispose](): void {
    for (const client of this.#made.values()) client.destroy();
    this.#agent.destroy();
  }

  #client<C extends { destroy(): void }>(name: string, Client: new (settings: ClientSettings) => C): C {
    const made = (this.#made.get(name) as C | undefined) ?? new Client(this.#settings());
    this.#made.set(name, made);
    return made;
  }

  #settings(): ClientSettings {
    const { endpoint, region } = this.place;
    return {
      endpoint,
      region,
      credentials: this.credentials,
      maxAttempts: 1,
      requestHandler: { httpsAgent: this.#agent },
    };
  }
}

interface ClientSettings {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: Credentials;
  readonly maxAttempts: number;
  readonly requestHandler: { readonly httpsAgent: Agent };
}
