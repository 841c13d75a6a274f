import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import {
  CreateProcessingJobCommand,
  CreateTrainingJobCommand,
  type CreateProcessingJobRequest,
} from "@aws-sdk/client-sagemaker";
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
  type Room,
} from "../sagemaker/room.ts";

/** 300 rows: the label is decided by `income`, a little by `age`; `noise` decides nothing. */
const rows = Array.from({ length: 300 }, (_, i) => {
  const [income, age, noise] = [Math.sin(i * 1.7), Math.cos(i * 2.3), Math.sin(i * 5.1 + 1)];
  return [income + 0.3 * age > 0 ? 1 : 0, ...[income, age, noise].map((value) => value.toFixed(5))];
});

describe("objective 6: explainability", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  let room: Room;
  before(async () => {
    house = await startHouse();
    room = await furnish(house.clients);
    const Body = rows.map((row) => row.join(",")).join("\n");
    await house.clients.s3.send(new PutObjectCommand({ Bucket: bucket, Key: "train/train.csv", Body }));
    const request = trainingRequest(room, "explained");
    const HyperParameters = { ...request.HyperParameters, num_round: "20", max_depth: "3" };
    await house.clients.sagemaker.send(new CreateTrainingJobCommand({ ...request, HyperParameters }));
    const job = await trained(house.clients, "explained");
    assert.equal(job.TrainingJobStatus, "Completed", job.FailureReason);
  });
  after(() => house[Symbol.asyncDispose]());

  async function explain(name: string, headers: readonly string[]): Promise<string | undefined> {
    const config = {
      version: "1.0",
      dataset_type: "text/csv",
      headers,
      label: "defaulted",
      methods: { shap: { agg_method: "mean_abs", save_local_shap_values: true }, report: { name: "report" } },
      predictor: { model_name: "explained", content_type: "text/csv", accept_type: "text/csv" },
    };
    const Key = `${name}/analysis_config.json`;
    await house.clients.s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: JSON.stringify(config) }));
    await house.clients.sagemaker.send(new CreateProcessingJobCommand(requestFor(name)));
    return (await processed(house.clients, name)).ExitMessage;
  }

  function requestFor(name: string): CreateProcessingJobRequest {
    const inputs = {
      dataset: `s3://${bucket}/train/`,
      analysis_config: `s3://${bucket}/${name}/`,
      model: `s3://${bucket}/models/explained/output/model.tar.gz`,
    };
    return {
      ...scriptRequest(room, name, ""),
      AppSpecification: { ImageUri: "x/sagemaker-clarify-processing:1.0" },
      Environment: {},
      ProcessingInputs: Object.entries(inputs).map(([InputName, S3Uri]) => ({
        InputName,
        S3Input: {
          S3Uri,
          LocalPath: `/opt/ml/processing/input/${InputName}`,
          S3DataType: "S3Prefix",
          S3InputMode: "File",
        },
      })),
      ProcessingOutputConfig: {
        KmsKeyId: room.keyArn,
        Outputs: [
          {
            OutputName: "output",
            S3Output: {
              S3Uri: `s3://${bucket}/of-${name}/`,
              LocalPath: "/opt/ml/processing/output",
              S3UploadMode: "EndOfJob",
            },
          },
        ],
      },
    };
  }

  test("SHAP values, for all rows together and each one, name what decides and add up to each other", async () => {
    await explain("shap", ["defaulted", "income", "age", "noise"]);
    const analysis = JSON.parse(await textOf(house.clients, "of-shap/analysis.json")) as {
      explanations: {
        kernel_shap: Record<string, { global_shap_values: Record<string, number>; expected_value: number }>;
      };
    };
    const label = Object.values(analysis.explanations.kernel_shap)[0];
    assert.ok(label, "the analysis has a label");
    const global = label.global_shap_values;
    assert.deepEqual(Object.keys(global).sort(), ["age", "income", "noise"]);
    const [income = 0, age = 0, noise = 0] = ["income", "age", "noise"].map((name) => global[name]);
    assert.ok(income > age && age > noise, JSON.stringify(global));

    const local = (await textOf(house.clients, "of-shap/explanations_shap/out.csv")).trim().split("\n").slice(1);
    assert.equal(local.length, rows.length);
    const values = local.map((line) => line.split(",").map(Number));
    // The aggregate is what it says: the mean of the absolute values.
    for (const [at, told] of [income, age, noise].entries()) {
      const mean = values.reduce((sum, row) => sum + Math.abs(row[at] ?? NaN), 0) / rows.length;
      assert.ok(Math.abs(mean - told) < 1e-4, `column ${at}: ${mean} and ${told}`);
    }
    // Base value and contributions add up to the model's margin, whose sign is the model's answer.
    const right = values.filter((row, at) => {
      const margin = row.slice(0, 3).reduce((sum, value) => sum + value, 0) + label.expected_value;
      return margin > 0 === (rows[at]?.[0] === 1);
    });
    assert.ok(right.length > 0.95 * rows.length, `${right.length} of ${rows.length} rows`);
  });

  test("the report and its pictures lie beside them", async () => {
    const keys = await keysBelow(house.clients, "of-shap/");
    for (const name of ["report.html", "shap-summary.svg"]) assert.ok(keys.includes(`of-shap/${name}`), keys.join());
    assert.match(await textOf(house.clients, "of-shap/shap-summary.svg"), /^<svg[\s\S]*income/);
  });

  test("what cannot be explained fails with a sentence that says why", async () => {
    const message = await explain("wrong", ["defaulted", "income", "age"]);
    assert.match(message ?? "", /columns|headers/);
    assert.deepEqual(await keysBelow(house.clients, "of-wrong/"), []);
    assert.deepEqual(house.log, [], "nothing failed inside");
  });
});
