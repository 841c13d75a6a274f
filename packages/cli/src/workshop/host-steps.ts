import { open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DisableKeyCommand, EnableKeyCommand } from "@aws-sdk/client-kms";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import {
  CreateTrainingJobCommand,
  DescribeTrainingJobCommand,
  type DescribeTrainingJobResponse,
} from "@aws-sdk/client-sagemaker";
import type { Clients } from "../clients.ts";
import { Failure } from "../outcome.ts";
import { present } from "../present.ts";
import type { Project } from "../project/project.ts";
import { projectTag } from "../project/statements.ts";
import type { Report } from "./report.ts";

const pollMs = 100;
const jobTimeoutMs = 600_000;

/** The raw table goes in from the host, and cannot be read back from there. */
export async function deliverRawData(
  clients: Clients,
  project: Project,
  report: Report,
  key: string,
  csv: Uint8Array,
): Promise<void> {
  const s3 = clients.s3();
  const Bucket = project.names.intakeBucket;
  const stored = await s3.send(new PutObjectCommand({ Bucket, Key: key, Body: csv, ContentType: "text/csv" }));
  report.say(
    `${csv.byteLength} bytes of raw data delivered to s3://${Bucket}/${key}, version ${stored.VersionId ?? "?"}`,
  );
  const refusals = [
    await refusalOf("reading the intake from the host", () => s3.send(new GetObjectCommand({ Bucket, Key: key }))),
    await refusalOf("writing the data bucket from the host", () =>
      s3.send(new PutObjectCommand({ Bucket: project.names.dataBucket, Key: key, Body: "no" })),
    ),
  ];
  for (const message of refusals) report.say(`from the host  →  ${message}`);
  report.prove(2, "the administrator, from outside the network, is refused by the guardrails", refusals[0] ?? "");
  report.prove(
    4,
    "the intake stores under the project's key what it is given",
    `s3://${Bucket}/${key}: ${stored.SSEKMSKeyId ?? ""}`,
  );
}

async function refusalOf(what: string, action: () => Promise<unknown>): Promise<string> {
  try {
    await action();
  } catch (error) {
    if (error instanceof Error && error.name === "AccessDenied") return error.message;
    throw error;
  }
  throw new Failure(`${what} was let through`);
}

/** A job under a disabled key fails and says which key; with the key enabled again the project goes on. */
export async function disableTheKey(
  clients: Clients,
  project: Project,
  report: Report,
  trainingJob: string,
): Promise<void> {
  const kms = clients.kms();
  const KeyId = project.keyArn;
  await kms.send(new DisableKeyCommand({ KeyId }));
  let failed: DescribeTrainingJobResponse;
  try {
    const name = `${trainingJob}-without-key`;
    await repeatTraining(clients, project.names.project, trainingJob, name);
    failed = await ended(clients, name);
  } finally {
    await kms.send(new EnableKeyCommand({ KeyId }));
  }
  const reason = failed.FailureReason ?? "";
  report.say(`${failed.TrainingJobName ?? ""} is ${failed.TrainingJobStatus ?? ""}: ${reason}`);
  if (failed.TrainingJobStatus !== "Failed") throw new Failure("the job ran under a disabled key");
  if (!reason.includes(KeyId)) throw new Failure(`the reason does not name ${KeyId}`);
  report.prove(
    4,
    "a disabled key stops the job that needs it, and is named",
    `${failed.TrainingJobArn ?? ""}: ${reason}`,
  );
}

async function repeatTraining(clients: Clients, project: string, source: string, name: string): Promise<void> {
  const job = await clients.sageMaker().send(new DescribeTrainingJobCommand({ TrainingJobName: source }));
  await clients.sageMaker().send(
    new CreateTrainingJobCommand({
      TrainingJobName: name,
      RoleArn: present(job.RoleArn, "RoleArn"),
      AlgorithmSpecification: {
        TrainingImage: present(job.AlgorithmSpecification?.TrainingImage, "TrainingImage"),
        TrainingInputMode: "File",
      },
      HyperParameters: job.HyperParameters,
      InputDataConfig: job.InputDataConfig,
      OutputDataConfig: present(job.OutputDataConfig, "OutputDataConfig"),
      ResourceConfig: present(job.ResourceConfig, "ResourceConfig"),
      StoppingCondition: present(job.StoppingCondition, "StoppingCondition"),
      VpcConfig: job.VpcConfig,
      Tags: [{ Key: projectTag, Value: project }],
    }),
  );
}

async function ended(clients: Clients, name: string): Promise<DescribeTrainingJobResponse> {
  const deadline = Date.now() + jobTimeoutMs;
  for (;;) {
    const job = await clients.sageMaker().send(new DescribeTrainingJobCommand({ TrainingJobName: name }));
    if (["Completed", "Failed", "Stopped"].includes(job.TrainingJobStatus ?? "")) return job;
    if (Date.now() > deadline) throw new Failure(`${name} does not end`);
    await sleep(pollMs);
  }
}

/** Flips one bit of one byte in the middle of the trail, runs `whileBroken`, and puts the byte back. */
export async function withOneByteChanged(
  dataDir: string,
  whileBroken: (file: string, offset: number) => Promise<void>,
): Promise<void> {
  const folder = join(dataDir, "audit");
  const name = (await readdir(folder)).filter((file) => file.endsWith(".log")).sort()[0];
  if (name === undefined) throw new Failure(`there is no audit file in ${folder}`);
  const file = await open(join(folder, name), "r+");
  try {
    const offset = Math.floor((await file.stat()).size / 2);
    const byte = Buffer.alloc(1);
    await file.read(byte, 0, 1, offset);
    const changed = Buffer.from([(byte[0] ?? 0) ^ 1]);
    await file.write(changed, 0, 1, offset);
    try {
      await whileBroken(`${folder}/${name}`, offset);
    } finally {
      await file.write(byte, 0, 1, offset);
    }
  } finally {
    await file.close();
  }
}
