import type { Job } from "./job.ts";
import type { JobPlan } from "./job-plan.ts";
import { planProcessing } from "./plan-processing.ts";
import { planTraining } from "./plan-training.ts";

export function planOf(job: Job): JobPlan {
  return job.kind === "training" ? planTraining(job) : planProcessing(job);
}
