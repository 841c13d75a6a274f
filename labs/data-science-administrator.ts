/**
 * The data-science administrator's lab: steps 6 and 7 of the workshop, inside the project's network with
 * the temporary credentials of that role.
 */
import { writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  DescribeEndpointCommand,
  SageMakerClient,
} from "@aws-sdk/client-sagemaker";
import { InvokeEndpointCommand, SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";
import { CopyObjectCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { distort, type Distortion } from "./distortion.ts";
import { runProcessing, settled } from "./jobs.ts";
import { auc } from "./metrics.ts";
import { Repository } from "./repository.ts";
import { fromEnvironment, imageUri, projectTags, readSetting } from "./setting.ts";
import { expect, say, step, tell } from "./step.ts";

const setting = readSetting();
const model = fromEnvironment("LAB_MODEL");
const batchAuc = Number(fromEnvironment("LAB_BATCH_AUC"));
const sagemaker = new SageMakerClient({});
const runtime = new SageMakerRuntimeClient({});
const s3 = new S3Client({});
const base = `${setting.project}-${setting.run}`;
const artifacts = `s3://${setting.artifactsBucket}/${setting.run}`;
const endpoint = `${base}-endpoint`;
const capturePrefix = `${setting.run}/capture`;
const requestsMax = 500;
const requestsAtOnce = 8;

const header = JSON.parse(await text(setting.dataBucket, `${setting.run}/header/header.json`)) as {
  label: string;
  features: string[];
};
const test = (await text(setting.dataBucket, `${setting.run}/test/test.csv`))
  .trim()
  .split("\n")
  .map((line) => line.split(","));
const labels = test.map(([label]) => Number(label));
const rows = test.map(([, ...features]) => features);

await step(6, "Code pushed, model deployed with full capture, test rows answered", async (prove) => {
  const commit = await pushDeployment();
  say(`commit ${commit} pushed to ${setting.repository}`);
  await deploy();
  const description = await sagemaker.send(new DescribeEndpointCommand({ EndpointName: endpoint }));
  say(`${description.EndpointArn ?? ""} is ${description.EndpointStatus ?? ""}`);
  tell({ kind: "value", name: "endpoint", value: endpoint });
  const answers = await send(rows);
  const answered = auc(labels, answers);
  say(`AUC of ${answers.length} answers ${answered.toFixed(6)}, of the batch ${batchAuc.toFixed(6)}`);
  expect(Math.abs(answered - batchAuc) < 2e-5, `the answers' AUC ${answered} is not the batch's ${batchAuc}`);
  prove(3, "the deployment's code is in the project's repository", `${setting.repository} commit ${commit}`);
  prove(
    7,
    "the endpoint answers as the model does in batch",
    `${description.EndpointArn ?? ""}: AUC ${answered.toFixed(6)} = ${batchAuc.toFixed(6)}`,
  );
});

await step(7, "Drift watched: undistorted traffic passes, distorted columns are named", async (prove) => {
  await runProcessing(sagemaker, setting, {
    name: `${base}-baseline`,
    image: imageUri(setting, "sagemaker-model-monitor-analyzer:latest"),
    environment: {
      dataset_format: JSON.stringify({ csv: { header: true } }),
      dataset_source: "/opt/ml/processing/input/baseline_dataset_input",
      output_path: "/opt/ml/processing/output",
      publish_cloudwatch_metrics: "Disabled",
    },
    inputs: { baseline_dataset_input: `s3://${setting.dataBucket}/${setting.run}/baseline/` },
    outputs: { "": `${artifacts}/monitoring/baseline/` },
  });
  const clean = await captured(new Set(), rows.length);
  const undisturbed = await monitor("undistorted", clean);
  expect(undisturbed.length === 0, `undistorted traffic is reported: ${undisturbed.join(", ")}`);
  say("undistorted traffic: no violation");
  const distortion = distort(rows, header.features);
  await send(distortion.rows);
  const distorted = await captured(new Set(clean), rows.length);
  const named = await monitor("distorted", distorted);
  reportDistortion(distortion, named);
  prove(
    7,
    "the monitor names the distorted columns and no others",
    `${artifacts}/monitoring/distorted/constraint_violations.json: ${named.join(", ")}`,
  );
});

function reportDistortion(distortion: Distortion, named: readonly string[]): void {
  say(`distorted: ${distortion.columns.join(", ")}; named by the monitor: ${named.join(", ")}`);
  expect(
    [...named].sort().join() === [...distortion.columns].sort().join(),
    `the monitor names ${named.join(", ") || "nothing"}, distorted were ${distortion.columns.join(", ")}`,
  );
}

async function pushDeployment(): Promise<string> {
  const folder = "/tmp/repository";
  const repository = new Repository(setting, fromEnvironment("AWS_ENDPOINT_URL_CODECOMMIT"), folder, () =>
    s3.config.credentials(),
  );
  await repository.clone();
  await writeFile(
    `${folder}/deployment.json`,
    `${JSON.stringify({ endpoint, model, capture: "100 %", run: setting.run }, undefined, 2)}\n`,
  );
  return await repository.push(`Deploy the model of run ${setting.run}`);
}

async function deploy(): Promise<void> {
  await sagemaker.send(
    new CreateModelCommand({
      ModelName: `${base}-model`,
      ExecutionRoleArn: setting.executionRoleArn,
      PrimaryContainer: { Image: imageUri(setting, "sagemaker-xgboost:1.7-1"), ModelDataUrl: model },
      VpcConfig: { Subnets: [setting.subnetId], SecurityGroupIds: [setting.securityGroupId] },
      Tags: projectTags(setting),
    }),
  );
  await sagemaker.send(
    new CreateEndpointConfigCommand({
      EndpointConfigName: `${base}-config`,
      Tags: projectTags(setting),
      KmsKeyId: setting.keyArn,
      ProductionVariants: [
        { VariantName: "AllTraffic", ModelName: `${base}-model`, InitialInstanceCount: 1, InstanceType: "ml.m5.large" },
      ],
      DataCaptureConfig: {
        EnableCapture: true,
        InitialSamplingPercentage: 100,
        DestinationS3Uri: `s3://${setting.artifactsBucket}/${capturePrefix}`,
        KmsKeyId: setting.keyArn,
        CaptureOptions: [{ CaptureMode: "Input" }, { CaptureMode: "Output" }],
        CaptureContentTypeHeader: { CsvContentTypes: ["text/csv"] },
      },
    }),
  );
  await sagemaker.send(
    new CreateEndpointCommand({
      EndpointName: endpoint,
      EndpointConfigName: `${base}-config`,
      Tags: projectTags(setting),
    }),
  );
  await settled(async () => {
    const { EndpointStatus, FailureReason } = await sagemaker.send(
      new DescribeEndpointCommand({ EndpointName: endpoint }),
    );
    if (EndpointStatus === "Failed") throw new Error(`${endpoint}: ${FailureReason ?? "failed"}`);
    return EndpointStatus === "InService" ? true : undefined;
  }, endpoint);
}

/** Sends the rows in order, several to a request where there are many, and returns their scores in order. */
async function send(table: readonly (readonly string[])[]): Promise<number[]> {
  const perRequest = Math.ceil(table.length / requestsMax);
  const batches: string[] = [];
  for (let at = 0; at < table.length; at += perRequest) {
    batches.push(
      table
        .slice(at, at + perRequest)
        .map((row) => row.join(","))
        .join("\n"),
    );
  }
  const answers: number[][] = [];
  let next = 0;
  const worker = async () => {
    while (next < batches.length) {
      const index = next;
      next += 1;
      const answer = await runtime.send(
        new InvokeEndpointCommand({
          EndpointName: endpoint,
          ContentType: "text/csv",
          Accept: "text/csv",
          Body: batches[index] ?? "",
        }),
      );
      answers[index] = answer.Body.transformToString().trim().split(/[\n,]/).map(Number);
    }
  };
  await Promise.all(Array.from({ length: requestsAtOnce }, worker));
  return answers.flat();
}

/** Waits until `expected` further rows of traffic lie in the store, and returns the keys of their files. */
async function captured(before: ReadonlySet<string>, expected: number): Promise<string[]> {
  const counts = new Map<string, number>();
  for (let attempt = 0; attempt < 300; attempt += 1) {
    const listed = await s3.send(
      new ListObjectsV2Command({ Bucket: setting.artifactsBucket, Prefix: `${capturePrefix}/` }),
    );
    for (const { Key } of listed.Contents ?? []) {
      if (Key !== undefined && !before.has(Key) && !counts.has(Key))
        counts.set(Key, rowsIn(await text(setting.artifactsBucket, Key)));
    }
    const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
    if (total >= expected) return [...counts.keys()];
    await sleep(100);
  }
  throw new Error(`of ${expected} rows sent only ${[...counts.values()].reduce((a, b) => a + b, 0)} were captured`);
}

function rowsIn(file: string): number {
  return file
    .trim()
    .split("\n")
    .map(
      (line) =>
        (JSON.parse(line) as { captureData: { endpointInput: { data: string } } }).captureData.endpointInput.data,
    )
    .reduce((sum, input) => sum + input.trim().split("\n").length, 0);
}

/** One monitoring run over some captured files; returns the features it complains of. */
async function monitor(name: string, keys: readonly string[]): Promise<string[]> {
  const folder = `${setting.run}/monitoring-input/${name}`;
  for (const key of keys) {
    await s3.send(
      new CopyObjectCommand({
        Bucket: setting.artifactsBucket,
        Key: `${folder}/${key.slice(key.lastIndexOf("/") + 1)}`,
        CopySource: `${setting.artifactsBucket}/${key}`,
      }),
    );
  }
  await runProcessing(sagemaker, setting, {
    name: `${base}-monitor-${name}`,
    image: imageUri(setting, "sagemaker-model-monitor-analyzer:latest"),
    environment: {
      dataset_format: JSON.stringify({ sagemakerCaptureJson: { captureIndexNames: ["endpointInput"] } }),
      dataset_source: "/opt/ml/processing/input/endpoint",
      output_path: "/opt/ml/processing/output",
      publish_cloudwatch_metrics: "Disabled",
      baseline_statistics: "/opt/ml/processing/input/baseline/statistics.json",
      baseline_constraints: "/opt/ml/processing/input/baseline/constraints.json",
      sagemaker_endpoint_name: endpoint,
    },
    inputs: { endpoint: `s3://${setting.artifactsBucket}/${folder}/`, baseline: `${artifacts}/monitoring/baseline/` },
    outputs: { "": `${artifacts}/monitoring/${name}/` },
  });
  const report = JSON.parse(
    await text(setting.artifactsBucket, `${setting.run}/monitoring/${name}/constraint_violations.json`),
  ) as {
    violations: { feature_name: string; constraint_check_type: string; description: string }[];
  };
  for (const violation of report.violations)
    say(`${violation.feature_name}: ${violation.constraint_check_type}: ${violation.description}`);
  return [...new Set(report.violations.map(({ feature_name }) => feature_name))];
}

async function text(Bucket: string, Key: string): Promise<string> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return (await Body?.transformToString()) ?? "";
}
