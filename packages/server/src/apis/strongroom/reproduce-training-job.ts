import { ReproduceTrainingJobCommand } from "@strongroom/admin-api";
import type { Jobs, TrainingJob } from "../../compute/index.ts";
import type { Reproductions } from "../../reproduction/index.ts";
import { operation } from "../operation.ts";
import { jobArn, jobName, noSuchJob, refused } from "./job-name.ts";

/**
 * ⑧ Trains again from a job's record. It takes the right to reproduce the job, and all that creating the new
 * job takes: a reproduction is no way around a policy.
 */
export const reproduceTrainingJob = (
  reproductions: Pick<Reproductions<TrainingJob>, "plan" | "start">,
  jobs: Pick<Jobs, "permissionsFor">,
) =>
  operation(ReproduceTrainingJobCommand, {
    members: { TrainingJobName: jobName },
    permissions: async (input, call) => {
      const resource = jobArn(call, input.TrainingJobName);
      const own = { action: "strongroom:ReproduceTrainingJob", resource };
      const plan = await reproductions.plan(input.TrainingJobName);
      if (plan.kind !== "planned") return [own];
      return [own, ...jobs.permissionsFor({ kind: "training", request: plan.request })];
    },
    actions: ["strongroom:ReproduceTrainingJob", "sagemaker:CreateTrainingJob", "sagemaker:AddTags", "iam:PassRole"],
    handle: async (input, call) => {
      const plan = await reproductions.plan(input.TrainingJobName);
      if (plan.kind === "no-such-job") throw noSuchJob(input.TrainingJobName);
      if (plan.kind === "refused") throw refused(plan.message);
      // ② The job may have ended since the permissions were decided: what is started is what was allowed.
      for (const permission of jobs.permissionsFor({ kind: "training", request: plan.request })) {
        call.authority.demand(permission);
      }
      const { principal, origin } = call.authority;
      const started = reproductions.start(plan, { principal, origin });
      if (started.kind === "refused") throw refused(started.message);
      return { ReproductionJobName: started.name, ReproductionJobArn: started.arn };
    },
  });
