import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import { CopyObjectCommand, HeadObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  CreateProcessingJobCommand,
  CreateTrainingJobCommand,
  DescribeEndpointCommand,
} from "@aws-sdk/client-sagemaker";
import { InvokeEndpointCommand } from "@aws-sdk/client-sagemaker-runtime";
import { hostLacks, startHouse, type TestHouse } from "@strongroom/testkit";
import {
  bucket,
  furnish,
  keysBelow,
  processed,
  scriptRequest,
  textOf,
  trained,
  trainingRequest,
  until,
  type Room,
} from "../sagemaker/room.ts";

const names = ["limit", "age", "education"];
const rows = Array.from({ length: 400 }, (_, i) => {
  const [limit, age, education] = [1000 + 500 * Math.sin(i * 1.7), 40 + 12 * Math.cos(i * 2.3), 1 + (i % 3)];
  return { label: limit > 1000 ? 1 : 0, features: [limit.toFixed(2), age.toFixed(2), String(education)] };
});

describe("objective 7: real-time model monitoring", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  let room: Room;
  before(async () => {
    house = await startHouse();
    room = await furnish(house.clients);
    const { s3, sagemaker } = house.clients;
    const lines = rows.map(({ label, features }) => [label, ...features].join(","));
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: "train/train.csv", Body: lines.join("\n") }));
    const Body = [names.join(","), ...rows.map(({ features }) => features.join(","))].join("\n");
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: "baseline-data/baseline.csv", Body }));
    await sagemaker.send(new CreateTrainingJobCommand(trainingRequest(room, "watched")));
    const job = await trained(house.clients, "watched");
    await sagemaker.send(
      new CreateModelCommand({
        ModelName: "watched",
        ExecutionRoleArn: room.roleArn,
        PrimaryContainer: {
          Image: "x/sagemaker-xgboost:1.7-1",
          ModelDataUrl: job.ModelArtifacts?.S3ModelArtifacts,
        },
        VpcConfig: room.network,
      }),
    );
    await sagemaker.send(
      new CreateEndpointConfigCommand({
        EndpointConfigName: "watched",
        KmsKeyId: room.keyArn,
        ProductionVariants: [
          { VariantName: "AllTraffic", ModelName: "watched", InitialInstanceCount: 1, InstanceType: "ml.m5.large" },
        ],
        DataCaptureConfig: {
          EnableCapture: true,
          InitialSamplingPercentage: 100,
          DestinationS3Uri: `s3://${bucket}/captured`,
          KmsKeyId: room.keyArn,
          CaptureOptions: [{ CaptureMode: "Input" }, { CaptureMode: "Output" }],
          CaptureContentTypeHeader: { CsvContentTypes: ["text/csv"] },
        },
      }),
    );
    await sagemaker.send(new CreateEndpointCommand({ EndpointName: "watched", EndpointConfigName: "watched" }));
    const endpoint = await until(
      () => sagemaker.send(new DescribeEndpointCommand({ EndpointName: "watched" })),
      ({ EndpointStatus }) => EndpointStatus !== "Creating",
    );
    assert.equal(endpoint.EndpointStatus, "InService", endpoint.FailureReason);
  });
  after(() => house[Symbol.asyncDispose]());

  /** Sends all rows, changed or not, and gives the keys of the files that they were captured in. */
  async function traffic(change: (features: string[]) => string[], known: readonly string[]): Promise<string[]> {
    const sent = rows.map(({ features }) => change(features).join(","));
    for (let at = 0; at < sent.length; at += 50) {
      const Body = sent.slice(at, at + 50).join("\n");
      const request = { EndpointName: "watched", ContentType: "text/csv", Accept: "text/csv", Body };
      await house.clients.runtime.send(new InvokeEndpointCommand(request));
    }
    const fresh = await until(
      async () => {
        const keys = (await keysBelow(house.clients, "captured/")).filter((key) => !known.includes(key));
        const counts = await Promise.all(keys.map(async (key) => rowsIn(await textOf(house.clients, key))));
        return { keys, count: counts.reduce((sum, count) => sum + count, 0) };
      },
      ({ count }) => count >= rows.length,
    );
    assert.equal(fresh.count, rows.length, "each row is captured once");
    return fresh.keys;
  }

  /** A run of the analyzer's image. Gives the names of the columns that it complains of. */
  async function analyze(name: string, inputs: Readonly<Record<string, string>>, more: Record<string, string>) {
    const request = scriptRequest(room, name, "");
    await house.clients.sagemaker.send(
      new CreateProcessingJobCommand({
        ...request,
        AppSpecification: { ImageUri: "x/sagemaker-model-monitor-analyzer" },
        Environment: {
          output_path: "/opt/ml/processing/output",
          publish_cloudwatch_metrics: "Disabled",
          ...more,
        },
        ProcessingInputs: Object.entries(inputs).map(([InputName, prefix]) => ({
          InputName,
          S3Input: {
            S3Uri: `s3://${bucket}/${prefix}/`,
            LocalPath: `/opt/ml/processing/input/${InputName}`,
            S3DataType: "S3Prefix",
            S3InputMode: "File",
          },
        })),
        ProcessingOutputConfig: {
          KmsKeyId: room.keyArn,
          Outputs: [
            {
              OutputName: "result",
              S3Output: {
                S3Uri: `s3://${bucket}/of-${name}/`,
                LocalPath: "/opt/ml/processing/output",
                S3UploadMode: "EndOfJob",
              },
            },
          ],
        },
      }),
    );
    const job = await processed(house.clients, name);
    assert.equal(job.ProcessingJobStatus, "Completed", job.FailureReason ?? job.ExitMessage);
  }

  async function violations(name: string, keys: readonly string[]): Promise<string[]> {
    for (const key of keys) {
      const Key = `watch-${name}/${key.slice(key.lastIndexOf("/") + 1)}`;
      await house.clients.s3.send(new CopyObjectCommand({ Bucket: bucket, Key, CopySource: `${bucket}/${key}` }));
    }
    await analyze(
      name,
      { endpoint: `watch-${name}`, baseline: "of-baseline" },
      {
        dataset_format: JSON.stringify({ sagemakerCaptureJson: { captureIndexNames: ["endpointInput"] } }),
        dataset_source: "/opt/ml/processing/input/endpoint",
        baseline_statistics: "/opt/ml/processing/input/baseline/statistics.json",
        baseline_constraints: "/opt/ml/processing/input/baseline/constraints.json",
        sagemaker_endpoint_name: "watched",
      },
    );
    const told = JSON.parse(await textOf(house.clients, `of-${name}/constraint_violations.json`)) as {
      violations: { feature_name: string }[];
    };
    return [...new Set(told.violations.map(({ feature_name }) => feature_name))].sort();
  }

  test("a baseline yields statistics and constraints of every column", async () => {
    await analyze(
      "baseline",
      { data: "baseline-data" },
      { dataset_format: JSON.stringify({ csv: { header: true } }), dataset_source: "/opt/ml/processing/input/data" },
    );
    const statistics = JSON.parse(await textOf(house.clients, "of-baseline/statistics.json")) as {
      dataset: { item_count: number };
      features: { name: string }[];
    };
    assert.equal(statistics.dataset.item_count, rows.length);
    assert.deepEqual(
      statistics.features.map(({ name }) => name),
      names,
    );
  });

  test("a monitoring run names exactly the columns that drifted, and none where none did", async () => {
    const clean = await traffic((features) => features, []);
    const head = await house.clients.s3.send(new HeadObjectCommand({ Bucket: bucket, Key: clean[0] ?? "" }));
    assert.equal(head.SSEKMSKeyId, room.keyArn, "what is captured lies under the capture's key");
    assert.deepEqual(await violations("clean", clean), []);
    const distort = ([limit = "", age = "", education = ""]: string[]) => [
      String(Number(limit) * 3 + 500),
      age,
      education,
    ];
    assert.deepEqual(await violations("drifted", await traffic(distort, clean)), ["limit"]);
    assert.deepEqual(house.log, [], "nothing failed inside");
  });
});

function rowsIn(file: string): number {
  const lines = file.trim().split("\n");
  const inputs = lines.map((line) => JSON.parse(line) as { captureData: { endpointInput: { data: string } } });
  return inputs.reduce((sum, { captureData }) => sum + captureData.endpointInput.data.trim().split("\n").length, 0);
}
