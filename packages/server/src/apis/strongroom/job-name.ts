import { AwsError, text } from "@strongroom/wire";

export const jobName = text({ min: 1, max: 63, pattern: /[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}/ });

export function jobArn({ region, accountId }: { region: string; accountId: string }, name: string): string {
  return `arn:aws:sagemaker:${region}:${accountId}:training-job/${name}`;
}

export function noSuchJob(name: string): AwsError {
  const message = `Could not find the training job ${name}.`;
  return new AwsError({ code: "ResourceNotFoundException", message, status: 400 });
}

export function refused(message: string): AwsError {
  return new AwsError({ code: "ValidationException", message, status: 400 });
}
