import assert from "node:assert/strict";
import { test } from "node:test";

import { explanationsOf } from "./index.ts";
import type { AnalysisJob } from "./index.ts";

const version = (key: string, sha256: string) => ({ bucket: "b", key, versionId: `v-${key}`, sha256 });

const analysis: AnalysisJob = {
  name: "explain",
  arn: "arn:aws:sagemaker:us-east-1:111122223333:processing-job/explain",
  status: "Completed",
  evidence: {
    image: { uri: "x.dkr.ecr.us-east-1.amazonaws.com/sagemaker-clarify-processing:1.0", digest: "d1" },
    inputs: [
      { name: "dataset", objects: [version("test.csv", "s-test")] },
      { name: "model", objects: [version("copy-of-model.tar.gz", "s-model")] },
    ],
    outputs: [{ name: "analysis_result", objects: [version("analysis.json", "s-analysis")] }],
  },
};

test("an analysis is found by the content of the model that it read", () => {
  assert.deepEqual(explanationsOf("s-model", [analysis]), [
    {
      job: "explain",
      jobArn: analysis.arn,
      imageDigest: "d1",
      inputs: [{ uri: "s3://b/test.csv", versionId: "v-test.csv", sha256: "s-test" }],
      files: [{ uri: "s3://b/analysis.json", versionId: "v-analysis.json", sha256: "s-analysis" }],
    },
  ]);
  assert.deepEqual(explanationsOf("s-other", [analysis]), []);
});

test("jobs that failed, and jobs of other images, explain nothing", () => {
  const { evidence } = analysis;
  const other = { ...analysis, evidence: { ...evidence, image: { uri: "x/sagemaker-xgboost:1.7-1", digest: "d" } } };
  assert.deepEqual(explanationsOf("s-model", [{ ...analysis, status: "Failed" }, other]), []);
});
