import { StopTrainingJobCommand } from "@aws-sdk/client-sagemaker";
import type { Jobs } from "../../../compute/index.ts";
import { operation } from "../../operation.ts";
import { name63 } from "../member-rules.ts";
import { on } from "../resource-arn.ts";
import { validationError } from "../sagemaker-error.ts";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StopTrainingJob.html */
export const stopTrainingJob = (jobs: Pick<Jobs, "stop" | "get">) =>
  operation(StopTrainingJobCommand, {
    members: { TrainingJobName: name63 },
    permissions: (input, call) => on("StopTrainingJob", call, "training-job", input.TrainingJobName),
    handle: (input, call) => {
      const stopped = jobs.stop("training", input.TrainingJobName, call.reason);
      if (stopped === "no-such-job") throw validationError("Requested resource not found.");
      if (stopped === "ended") {
        const status = jobs.get("training", input.TrainingJobName)?.status ?? "";
        throw validationError(`The request was rejected because the training job is in status ${status}.`);
      }
      return {};
    },
  });
