import { DescribeProvenanceCommand } from "@strongroom/admin-api";
import type { Jobs } from "../../compute/index.ts";
import { provenanceOf } from "../../reproduction/index.ts";
import { operation } from "../operation.ts";
import { jobArn, jobName, noSuchJob } from "./job-name.ts";

/** ⑧ Everything that a model follows from, by digest. */
export const describeProvenance = (jobs: Pick<Jobs, "get">) =>
  operation(DescribeProvenanceCommand, {
    members: { TrainingJobName: jobName },
    permissions: (input, call) => [
      { action: "strongroom:DescribeProvenance", resource: jobArn(call, input.TrainingJobName) },
    ],
    mutates: false,
    handle: (input) => {
      const job = jobs.get("training", input.TrainingJobName);
      if (job === undefined) throw noSuchJob(input.TrainingJobName);
      return { TrainingJobName: job.name, Record: JSON.stringify(provenanceOf(job)) };
    },
  });
