import { AwsError } from "@strongroom/wire";
import { isDiskFull } from "../platform/index.ts";

/** What a write is told for which the disk has no room, whatever service it was asked of; undefined for other faults. */
export function fullDiskError(thrown: unknown): AwsError | undefined {
  if (!isDiskFull(thrown)) return undefined;
  return new AwsError({
    code: "InsufficientStorage",
    message: "The disk of this environment is full; nothing was stored.",
    status: 507,
  });
}
