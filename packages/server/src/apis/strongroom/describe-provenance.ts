import { DescribeProvenanceCommand } from "@strongroom/admin-api";
import type { Jobs } from "../../compute/index.ts";
import { explanationsOf } from "../../explanation/index.ts";
import { provenanceOf } from "../../reproduction/index.ts";
import { operation } from "../operation.ts";
import { jobArn, jobName, noSuchJob } from "./job-name.ts";

const everyJob = { kind: "processing", status: "Completed", sortBy: "CreationTime", ascending: true } as const;

/** ⑧ Everything that a model follows from, by digest, and ⑥ what explains it. */
export const describeProvenance = (jobs: Pick<Jobs, "get" | "list">) =>
  operation(DescribeProvenanceCommand, {
    members: { TrainingJobName: jobName },
    permissions: (input, call) => [
      { action: "strongroom:DescribeProvenance", resource: jobArn(call, input.TrainingJobName) },
    ],
    mutates: false,
    handle: (input) => {
      const job = jobs.get("training", input.TrainingJobName);
      if (job === undefined) throw noSuchJob(input.TrainingJobName);
      const provenance = provenanceOf(job);
      const analyses = jobs.list({ ...everyJob, skip: 0, limit: Number.MAX_SAFE_INTEGER });
      const explanations = provenance.model === undefined ? [] : explanationsOf(provenance.model.sha256, analyses);
      return { TrainingJobName: job.name, Record: JSON.stringify({ ...provenance, explanations }) };
    },
  });
