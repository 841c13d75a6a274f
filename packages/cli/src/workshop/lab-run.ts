import { setTimeout as sleep } from "node:timers/promises";
import { DescribeLogStreamsCommand, GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { CreateProcessingJobCommand, DescribeProcessingJobCommand } from "@aws-sdk/client-sagemaker";
import type { Clients } from "../clients.ts";
import { Failure } from "../outcome.ts";
import type { Project } from "../project/project.ts";
import { projectTag } from "../project/statements.ts";
import type { Report } from "./report.ts";

const logGroupName = "/aws/sagemaker/ProcessingJobs";
const pollMs = 100;

export interface LabRequest {
  readonly jobName: string;
  readonly script: string;
  readonly roleArn: string;
  readonly run: string;
  readonly environment: Readonly<Record<string, string>>;
  /** S3 URI of what the lab finds in /opt/ml/processing/input/raw. */
  readonly rawUri?: string;
}

type Message =
  | { readonly kind: "begin"; readonly step: number; readonly title: string }
  | { readonly kind: "evidence"; readonly objective: number; readonly what: string; readonly evidence: string }
  | { readonly kind: "held" }
  | { readonly kind: "failed"; readonly why: string }
  | { readonly kind: "value"; readonly name: string; readonly value: string };

/**
 * Runs a lab where its people's notebooks will run: as a job in the project's network with the
 * role's temporary credentials, and follows its log into the report. Returns the values that it
 * passes on. Throws Failure where the job ends badly.
 */
export async function runLab(
  clients: Clients,
  project: Project,
  report: Report,
  request: LabRequest,
): Promise<Record<string, string>> {
  const sagemaker = clients.sageMaker();
  await sagemaker.send(new CreateProcessingJobCommand(jobOf(clients, project, request)));
  const values: Record<string, string> = {};
  const log = new LogFollower(clients, request.jobName);
  for (;;) {
    const job = await sagemaker.send(new DescribeProcessingJobCommand({ ProcessingJobName: request.jobName }));
    const ended = job.ProcessingJobStatus !== "InProgress";
    for (const line of await log.next()) take(line, report, values);
    if (ended) {
      if (job.ProcessingJobStatus === "Completed") return values;
      const why = `${request.jobName}: ${job.FailureReason ?? job.ProcessingJobStatus ?? "ended"}`;
      if (report.isOpen) report.failed(why);
      throw new Failure(why);
    }
    await sleep(pollMs);
  }
}

function jobOf(clients: Clients, project: Project, request: LabRequest) {
  const { accountId, region } = clients.server;
  return {
    ProcessingJobName: request.jobName,
    RoleArn: request.roleArn,
    AppSpecification: {
      ImageUri: `${accountId}.dkr.ecr.${region}.amazonaws.com/strongroom-workbench:1`,
      ContainerArguments: [request.script],
    },
    Environment: {
      LAB_PROJECT: project.names.project,
      LAB_ACCOUNT: accountId,
      LAB_RUN: request.run,
      LAB_DATA_BUCKET: project.names.dataBucket,
      LAB_ARTIFACTS_BUCKET: project.names.artifactsBucket,
      LAB_REPOSITORY: project.names.repository,
      LAB_SUBNET: project.network.subnetId,
      LAB_SECURITY_GROUP: project.network.securityGroupId,
      LAB_KEY: project.keyArn,
      LAB_EXECUTION_ROLE: project.roleArns.execution,
      ...request.environment,
    },
    ...(request.rawUri === undefined
      ? {}
      : {
          ProcessingInputs: [
            {
              InputName: "raw",
              S3Input: {
                S3Uri: request.rawUri,
                LocalPath: "/opt/ml/processing/input/raw",
                S3DataType: "S3Prefix" as const,
                S3InputMode: "File" as const,
              },
            },
          ],
        }),
    // A lab puts its results into the store itself; the key is named all the same, as the guardrails want it.
    ProcessingOutputConfig: { KmsKeyId: project.keyArn, Outputs: [] },
    ProcessingResources: {
      ClusterConfig: {
        InstanceCount: 1,
        InstanceType: "ml.m5.large" as const,
        VolumeSizeInGB: 5,
        VolumeKmsKeyId: project.keyArn,
      },
    },
    NetworkConfig: {
      VpcConfig: { Subnets: [project.network.subnetId], SecurityGroupIds: [project.network.securityGroupId] },
    },
    StoppingCondition: { MaxRuntimeInSeconds: 1800 },
    Tags: [{ Key: projectTag, Value: project.names.project }],
  };
}

function take(line: string, report: Report, values: Record<string, string>): void {
  if (!line.startsWith("@{")) {
    report.say(line);
    return;
  }
  const message = JSON.parse(line.slice(1)) as Message;
  switch (message.kind) {
    case "begin":
      report.begin(message.step, message.title);
      break;
    case "evidence":
      report.prove(message.objective, message.what, message.evidence);
      break;
    case "held":
      report.held();
      break;
    case "failed":
      report.failed(message.why);
      break;
    case "value":
      values[message.name] = message.value;
      break;
  }
}

/** Reads a job's log from where it was left. */
class LogFollower {
  readonly #clients: Clients;
  readonly #jobName: string;
  #stream: string | undefined;
  #token: string | undefined;

  constructor(clients: Clients, jobName: string) {
    this.#clients = clients;
    this.#jobName = jobName;
  }

  async next(): Promise<string[]> {
    const logs = this.#clients.logs();
    this.#stream ??= await this.#findStream();
    if (this.#stream === undefined) return [];
    const lines: string[] = [];
    for (;;) {
      const page = await logs.send(
        new GetLogEventsCommand({
          logGroupName,
          logStreamName: this.#stream,
          startFromHead: true,
          ...(this.#token === undefined ? {} : { nextToken: this.#token }),
        }),
      );
      lines.push(...(page.events ?? []).map(({ message }) => message ?? ""));
      const more = page.nextForwardToken !== undefined && page.nextForwardToken !== this.#token;
      this.#token = page.nextForwardToken;
      if (!more || (page.events ?? []).length === 0) return lines;
    }
  }

  async #findStream(): Promise<string | undefined> {
    try {
      const { logStreams } = await this.#clients
        .logs()
        .send(new DescribeLogStreamsCommand({ logGroupName, logStreamNamePrefix: `${this.#jobName}/` }));
      return logStreams?.[0]?.logStreamName;
    } catch (error) {
      // Until the first job writes, there is no log group.
      if (error instanceof Error && error.name === "ResourceNotFoundException") return undefined;
      throw error;
    }
  }
}
