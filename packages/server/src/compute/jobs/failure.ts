import { RoleUnusable } from "../enclosure/index.ts";
import type { SandboxExit } from "../sandbox/index.ts";
import { VolumeLost } from "../volume/index.ts";

/** What ends a job early, in the words that the data scientist reads. */
export class JobFailure extends Error {
  override readonly name = "JobFailure";
}

export const failureCharactersMax = 1024;

/** `ClientError: …`: something in the request, its permissions or its keys has to be changed. */
export function clientError(text: string): JobFailure {
  return new JobFailure(cut(startsWithClass(text) ? text : `ClientError: ${text}`));
}

/**
 * The reason for an algorithm that ended with an error, from what it left in /opt/ml/output/failure. `hostName`:
 * which host of several it was.
 */
export function algorithmError(exit: SandboxExit, explanation: string | undefined, hostName?: string): JobFailure {
  const on = hostName === undefined ? "" : ` on ${hostName}`;
  if (exit.reason === "out-of-memory") {
    return clientError(
      `the container${on} used more memory than its limit and was ended. Use an instance type with more memory or less data.`,
    );
  }
  const text = cut(explanation?.trim() ?? "");
  const known = text === "" ? "See job logs for more information" : text;
  const suffix = `, exit code: ${exit.code ?? "none"}${exit.signal === null ? "" : ` (${exit.signal})`}${on}`;
  const reason = startsWithClass(known) ? known : `AlgorithmError: ${known}`;
  return new JobFailure(reason.slice(0, failureCharactersMax - suffix.length) + suffix);
}

function startsWithClass(text: string): boolean {
  return /^(ClientError|AlgorithmError|InternalServerError|AccessDenied(Exception)?)[:.]/.test(text);
}

function cut(text: string): string {
  return text.slice(0, failureCharactersMax);
}

/** The reason for a volume that has no room left; `hostName`: of which host of several. */
export function volumeFull(sizeGiB: number, hostName?: string): JobFailure {
  const on = hostName === undefined ? "" : ` on ${hostName}`;
  return clientError(`the volume${on} of ${sizeGiB} GB is full. Use a larger VolumeSizeInGB or less data.`);
}

/** Whether an error says that a file system has no room left. */
export const isNoSpace = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "ENOSPC";

/** The reason for whatever else was thrown while the job was run. */
export function failureReasonOf(error: unknown): string {
  if (error instanceof JobFailure) return error.message;
  if (error instanceof RoleUnusable || (error instanceof Error && error.name === "AccessDenied")) {
    return clientError(`AccessDenied: ${error.message}`).message;
  }
  if (error instanceof VolumeLost) return `InternalServerError: ${error.message}. Try again.`;
  if (isNoSpace(error)) return "ClientError: no space is left on the disk of the server's data folder.";
  return "InternalServerError: We encountered an internal error. Please try again.";
}
