/**
 * The data scientist's lab: steps 2 to 5 of the workshop. It runs inside the project's network with
 * the temporary credentials of the data scientist's role; it has no other way to anything.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFile, mkdir, readdir, readFile } from "node:fs/promises";
import { promisify } from "node:util";
import {
  CreateExperimentCommand,
  CreateTrainingJobCommand,
  CreateTrialCommand,
  SageMakerClient,
  SearchCommand,
  type CreateTrainingJobRequest,
} from "@aws-sdk/client-sagemaker";
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { runProcessing, trained } from "./jobs.ts";
import { Repository } from "./repository.ts";
import { fromEnvironment, imageUri, projectTags, readSetting } from "./setting.ts";
import { expect, refused, say, step, tell } from "./step.ts";
import { textTable } from "./table.ts";

const setting = readSetting();
const sagemaker = new SageMakerClient({});
const s3 = new S3Client({});
const base = `${setting.project}-${setting.run}`;
const data = `s3://${setting.dataBucket}/${setting.run}`;
const artifacts = `s3://${setting.artifactsBucket}/${setting.run}`;
const experiment = { ExperimentName: `${base}-credit-risk`, TrialName: `${base}-xgboost` };
const trainingJob = `${base}-train`;
let commit = "";

await step(2, "No way out of the sandbox but the project's endpoints", async (prove) => {
  const outside = await curl(["--max-time", "3", "https://192.0.2.1/"]);
  expect(outside.code !== 0, `curl reached 192.0.2.1: ${outside.said}`);
  say(`curl https://192.0.2.1/  →  ${outside.said}`);
  const endpoint = fromEnvironment("AWS_ENDPOINT_URL_S3");
  const inside = await curl([
    "--cacert",
    fromEnvironment("AWS_CA_BUNDLE"),
    "--output",
    "/dev/null",
    "--write-out",
    "HTTP %{http_code}",
    endpoint,
  ]);
  expect(inside.code === 0 && inside.said.startsWith("HTTP 403"), `the S3 endpoint does not answer: ${inside.said}`);
  say(`curl ${endpoint}/  →  ${inside.said} (it answers, and refuses what is not signed)`);
  prove(
    1,
    "curl to the internet fails, to the project's S3 endpoint works",
    `192.0.2.1: ${outside.said}; ${endpoint}: ${inside.said}`,
  );
});

await step(3, "Raw data in, split and scaled by a processing job, back encrypted", async (prove) => {
  const [rawName] = (await readdir("/opt/ml/processing/input/raw")).filter((name) => name.endsWith(".csv"));
  expect(rawName !== undefined, "no CSV file came in through the intake");
  const raw = await readFile(`/opt/ml/processing/input/raw/${rawName}`);
  await put(`raw/${rawName}`, raw, "text/csv");
  tell({ kind: "value", name: "rawKey", value: `${setting.run}/raw/${rawName}` });
  const script = new URL("processing/prepare.py", import.meta.url);
  await put("code/prepare.py", await readFile(script), "text/x-python");
  commit = await commitCode(script.pathname);
  say(`commit ${commit} pushed to ${setting.repository}`);
  const job = await runProcessing(sagemaker, setting, {
    name: `${base}-prepare`,
    image: imageUri(setting, "sagemaker-scikit-learn:1.2-1"),
    entrypoint: ["python3", "/opt/ml/processing/input/code/prepare.py"],
    inputs: { raw: `${data}/raw/`, code: `${data}/code/` },
    outputs: {
      train: `${data}/train/`,
      test: `${data}/test/`,
      baseline: `${data}/baseline/`,
      header: `${data}/header/`,
    },
  });
  const train = await s3.send(
    new HeadObjectCommand({ Bucket: setting.dataBucket, Key: `${setting.run}/train/train.csv` }),
  );
  expect(
    train.ServerSideEncryption === "aws:kms" && train.SSEKMSKeyId === setting.keyArn,
    "the training data is not under the project's key",
  );
  const header = JSON.parse(await text(setting.dataBucket, `${setting.run}/header/header.json`)) as {
    label: string;
    features: string[];
  };
  say(`${header.features.length} features, label ${header.label}; ${train.ContentLength ?? 0} bytes to train on`);
  prove(
    3,
    "raw and prepared data in versioned buckets, code in the project's repository",
    `${data}/train/train.csv version ${train.VersionId ?? "?"}; commit ${commit}`,
  );
  prove(
    4,
    "processed data is written under the project's key",
    `${job.ProcessingJobArn ?? ""}: aws:kms ${train.SSEKMSKeyId}`,
  );
});

await step(4, "A job outside the network is refused; inside it XGBoost trains", async (prove) => {
  const request = trainingRequest();
  const withoutNetwork = { ...request, VpcConfig: undefined };
  const refusal = await refused("a training job without a subnet", () =>
    sagemaker.send(new CreateTrainingJobCommand(withoutNetwork)),
  );
  expect(refusal.name.startsWith("AccessDenied"), `${refusal.name}: ${refusal.message}`);
  expect(
    refusal.message.includes("an explicit deny in a service control policy"),
    `it is not the guardrails that refuse it: ${refusal.message}`,
  );
  say(`without a subnet  →  ${refusal.message}`);
  prove(2, "a job without a subnet is refused by the guardrails, which the message names", refusal.message);
  const Tags = projectTags(setting);
  await sagemaker.send(new CreateExperimentCommand({ ExperimentName: experiment.ExperimentName, Tags }));
  await sagemaker.send(new CreateTrialCommand({ ...experiment, Tags }));
  await sagemaker.send(new CreateTrainingJobCommand(request));
  const job = await trained(sagemaker, trainingJob);
  expect(job.TrainingJobStatus === "Completed", `${trainingJob}: ${job.FailureReason ?? ""}`);
  for (const metric of job.FinalMetricDataList ?? []) {
    say(`${metric.MetricName ?? ""} ${metric.Value ?? NaN}`);
    if (metric.MetricName === "validation:auc") tell({ kind: "value", name: "batchAuc", value: String(metric.Value) });
  }
  const uri = new URL(job.ModelArtifacts?.S3ModelArtifacts ?? "");
  const model = await s3.send(new GetObjectCommand({ Bucket: uri.hostname, Key: uri.pathname.slice(1) }));
  expect(model.SSEKMSKeyId === setting.keyArn, "the model is not under the output key");
  const digest = createHash("sha256")
    .update((await model.Body?.transformToByteArray()) ?? "")
    .digest("hex");
  say(`model ${uri.href}, sha256 ${digest}`);
  tell({ kind: "value", name: "model", value: uri.href });
  tell({ kind: "value", name: "trainingJob", value: trainingJob });
  prove(1, "the job ran in a sandbox of the project's subnet", `${job.TrainingJobArn ?? ""} in ${setting.subnetId}`);
  prove(4, "the model lies encrypted under the output key", `${uri.href}: ${model.SSEKMSKeyId}`);
});

await step(5, "Lineage as a table; the model explained", async (prove) => {
  const found = await sagemaker.send(
    new SearchCommand({
      Resource: "ExperimentTrialComponent",
      SearchExpression: { Filters: [{ Name: "Parents.TrialName", Operator: "Equals", Value: experiment.TrialName }] },
    }),
  );
  const components = (found.Results ?? []).flatMap(({ TrialComponent }) =>
    TrialComponent === undefined ? [] : [TrialComponent],
  );
  const training = components.find(
    ({ TrialComponentName }) => TrialComponentName === `${trainingJob}-aws-training-job`,
  );
  expect(
    training !== undefined,
    `the trial does not hold ${trainingJob}: ${components.map((c) => c.TrialComponentName).join(", ")}`,
  );
  const rows = [["what", "name", "value"]];
  for (const [name, value] of Object.entries(training.Parameters ?? {}))
    rows.push(["parameter", name, String(value.StringValue ?? value.NumberValue ?? "")]);
  for (const metric of training.Metrics ?? [])
    rows.push(["metric", metric.MetricName ?? "", `last ${metric.Last ?? ""}, max ${metric.Max ?? ""}`]);
  for (const [name, artifact] of Object.entries(training.InputArtifacts ?? {}))
    rows.push(["input", name, artifact.Value ?? ""]);
  for (const [name, artifact] of Object.entries(training.OutputArtifacts ?? {}))
    rows.push(["output", name, artifact.Value ?? ""]);
  for (const line of textTable(rows, 70).split("\n")) say(line);
  prove(
    5,
    "the trial's lineage: parameters, inputs, metrics, output",
    `${training.TrialComponentArn ?? ""} (${rows.length - 1} rows)`,
  );
  await explain();
  const shap = `${artifacts}/explanation`;
  const plot = await s3.send(
    new HeadObjectCommand({ Bucket: setting.artifactsBucket, Key: `${setting.run}/explanation/shap-summary.svg` }),
  );
  const analysis = JSON.parse(await text(setting.artifactsBucket, `${setting.run}/explanation/analysis.json`)) as {
    explanations: { kernel_shap: { label0: { global_shap_values: Record<string, number>; expected_value: number } } };
  };
  const [label] = Object.values(analysis.explanations.kernel_shap);
  const top = Object.entries(label?.global_shap_values ?? {})
    .sort((a, b) => b[1] - a[1])
    .slice(0, 5);
  expect(top.length > 0, "the analysis holds no SHAP values");
  say(`most telling: ${top.map(([name, value]) => `${name} ${value.toFixed(4)}`).join(", ")}`);
  say(`the plot: ${shap}/shap-summary.svg (${plot.ContentLength ?? 0} bytes)`);
  prove(
    6,
    "SHAP values, global and for each row, and the picture of them",
    `${shap}/shap-summary.svg, ${shap}/explanations_shap/out.csv`,
  );
});

async function commitCode(script: string): Promise<string> {
  const folder = "/tmp/repository";
  const repository = new Repository(setting, fromEnvironment("AWS_ENDPOINT_URL_CODECOMMIT"), folder, () =>
    s3.config.credentials(),
  );
  await repository.clone();
  await mkdir(`${folder}/processing`, { recursive: true });
  await copyFile(script, `${folder}/processing/prepare.py`);
  await copyFile(new URL(import.meta.url).pathname, `${folder}/data-scientist-${setting.run}.ts`);
  return await repository.push(`Prepare the data and train, run ${setting.run}`);
}

function trainingRequest(): CreateTrainingJobRequest {
  const channel = (ChannelName: string, folder: string) => ({
    ChannelName,
    ContentType: "text/csv",
    DataSource: {
      S3DataSource: {
        S3DataType: "S3Prefix" as const,
        S3Uri: `${data}/${folder}/`,
        S3DataDistributionType: "FullyReplicated" as const,
      },
    },
  });
  return {
    TrainingJobName: trainingJob,
    RoleArn: setting.executionRoleArn,
    AlgorithmSpecification: { TrainingImage: imageUri(setting, "sagemaker-xgboost:1.7-1"), TrainingInputMode: "File" },
    HyperParameters: {
      objective: "binary:logistic",
      num_round: "100",
      max_depth: "5",
      eta: "0.2",
      gamma: "4",
      min_child_weight: "6",
      subsample: "0.8",
      tree_method: "hist",
      eval_metric: "auc",
      seed: "0",
    },
    InputDataConfig: [channel("train", "train"), channel("validation", "test")],
    OutputDataConfig: { S3OutputPath: `${artifacts}/models`, KmsKeyId: setting.keyArn },
    ResourceConfig: {
      InstanceCount: 1,
      InstanceType: "ml.m5.large",
      VolumeSizeInGB: 5,
      VolumeKmsKeyId: setting.keyArn,
    },
    StoppingCondition: { MaxRuntimeInSeconds: 600 },
    VpcConfig: { Subnets: [setting.subnetId], SecurityGroupIds: [setting.securityGroupId] },
    ExperimentConfig: { ...experiment, TrialComponentDisplayName: "training" },
    Tags: [
      ...projectTags(setting),
      { Key: "strongroom:repository", Value: setting.repository },
      { Key: "strongroom:commit", Value: commit },
    ],
  };
}

async function explain(): Promise<void> {
  const header = JSON.parse(await text(setting.dataBucket, `${setting.run}/header/header.json`)) as {
    label: string;
    features: string[];
  };
  const analysis = {
    version: "1.0",
    dataset_type: "text/csv",
    headers: [header.label, ...header.features],
    label: header.label,
    methods: {
      shap: { agg_method: "mean_abs", save_local_shap_values: true },
      report: { name: "report", title: "Credit risk" },
    },
    predictor: { model_name: trainingJob, content_type: "text/csv", accept_type: "text/csv" },
  };
  await put("analysis/analysis_config.json", Buffer.from(JSON.stringify(analysis)), "application/json");
  await runProcessing(sagemaker, setting, {
    name: `${base}-explain`,
    image: imageUri(setting, "sagemaker-clarify-processing:1.0"),
    inputs: {
      dataset: `${data}/test/`,
      analysis_config: `${data}/analysis/`,
      model: `${artifacts}/models/${trainingJob}/output/model.tar.gz`,
    },
    outputs: { "": `${artifacts}/explanation/` },
    experiment,
  });
}

async function put(key: string, body: Uint8Array, contentType: string): Promise<void> {
  await s3.send(
    new PutObjectCommand({
      Bucket: setting.dataBucket,
      Key: `${setting.run}/${key}`,
      Body: body,
      ContentType: contentType,
    }),
  );
}

async function text(Bucket: string, Key: string): Promise<string> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return (await Body?.transformToString()) ?? "";
}

async function curl(words: readonly string[]): Promise<{ code: number; said: string }> {
  try {
    const { stdout } = await promisify(execFile)("curl", ["--silent", "--show-error", ...words]);
    return { code: 0, said: stdout.trim() };
  } catch (error) {
    const failed = error as { code?: number; stderr?: string; stdout?: string };
    return { code: failed.code ?? 1, said: (failed.stderr ?? "").trim() || String(failed.stdout ?? error) };
  }
}
