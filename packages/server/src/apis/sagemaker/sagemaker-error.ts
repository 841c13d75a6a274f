import { ResourceInUse, ResourceLimitExceeded, ResourceNotFound } from "@aws-sdk/client-sagemaker";
import { AwsError } from "@strongroom/wire";
import type { SubmitOutcome } from "../../compute/index.ts";

/** SageMaker's code for most of what is wrong with a request, things that are not there included. */
export function validationError(message: string): AwsError {
  return new AwsError({ code: "ValidationException", message, status: 400 });
}

export function notFound(message: string): ResourceNotFound {
  return new ResourceNotFound({ Message: message, message, $metadata: {} });
}

/** What the store could not take as the exception of the create operations for jobs. */
export function submitError(
  outcome: Exclude<SubmitOutcome, { readonly kind: "queued" }>,
  kind: "Training" | "Processing",
): Error {
  switch (outcome.kind) {
    case "invalid":
      return validationError(outcome.message);
    case "name-taken": {
      const message = `${kind} job names must be unique within an AWS account and region, and a ${kind.toLowerCase()} job with this name already exists (${outcome.arn})`;
      return new ResourceInUse({ Message: message, message, $metadata: {} });
    }
    case "too-many": {
      const message = `The account-level service limit 'Jobs that have not ended' is ${outcome.limit}.`;
      return new ResourceLimitExceeded({ Message: message, message, $metadata: {} });
    }
    case "too-many-hosts": {
      const { instanceType, limit, asked } = outcome;
      const message = `The account-level service limit '${instanceType} for ${kind.toLowerCase()} job usage' is ${limit} Instances, with a request delta of ${asked} Instances: this machine holds no more of them for one job.`;
      return new ResourceLimitExceeded({ Message: message, message, $metadata: {} });
    }
  }
}

/** What a request of this environment's kinds needs although the model leaves it open. */
export function required<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw validationError(`${name}: must not be null`);
  return value;
}
