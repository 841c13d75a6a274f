import { DescribeReproductionCommand } from "@strongroom/admin-api";
import type { TrainingJob } from "../../compute/index.ts";
import type { Reproductions } from "../../reproduction/index.ts";
import { operation } from "../operation.ts";
import { jobArn, jobName, noSuchJob } from "./job-name.ts";

/** ⑧ How a reproduction stands, and whether both models are the same bytes. */
export const describeReproduction = (reproductions: Pick<Reproductions<TrainingJob>, "describe">) =>
  operation(DescribeReproductionCommand, {
    members: { ReproductionJobName: jobName },
    permissions: (input, call) => [
      { action: "strongroom:DescribeReproduction", resource: jobArn(call, input.ReproductionJobName) },
    ],
    mutates: false,
    handle: (input) => {
      const state = reproductions.describe(input.ReproductionJobName);
      if (state === undefined) throw noSuchJob(input.ReproductionJobName);
      return {
        ReproductionJobName: state.name,
        SourceTrainingJobName: state.source,
        Status: state.status,
        FailureReason: state.failureReason,
        Identical: state.isIdentical,
        SourceModelSha256: state.sourceSha256,
        ReproducedModelSha256: state.reproducedSha256,
      };
    },
  });
