import { StopProcessingJobCommand } from "@aws-sdk/client-sagemaker";
import type { Jobs } from "../../../compute/index.ts";
import { operation } from "../../operation.ts";
import { name63 } from "../member-rules.ts";
import { on } from "../resource-arn.ts";
import { validationError } from "../sagemaker-error.ts";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StopProcessingJob.html */
export const stopProcessingJob = (jobs: Pick<Jobs, "stop" | "get">) =>
  operation(StopProcessingJobCommand, {
    members: { ProcessingJobName: name63 },
    permissions: (input, call) => on("StopProcessingJob", call, "processing-job", input.ProcessingJobName),
    handle: (input, call) => {
      const stopped = jobs.stop("processing", input.ProcessingJobName, call.reason);
      if (stopped === "no-such-job") {
        throw validationError(`Could not find requested job with name: ${input.ProcessingJobName}`);
      }
      if (stopped === "ended") {
        const status = jobs.get("processing", input.ProcessingJobName)?.status ?? "";
        throw validationError(`The request was rejected because the processing job is in status ${status}.`);
      }
      return {};
    },
  });
