import type { JobFilter, JobKind } from "../../compute/index.ts";

interface Received {
  readonly CreationTimeAfter?: Date;
  readonly CreationTimeBefore?: Date;
  readonly LastModifiedTimeAfter?: Date;
  readonly LastModifiedTimeBefore?: Date;
  readonly NameContains?: string;
  readonly StatusEquals?: "InProgress" | "Completed" | "Failed" | "Stopping" | "Stopped" | "Deleting";
  readonly SortBy?: "Name" | "CreationTime" | "Status";
  readonly SortOrder?: "Ascending" | "Descending";
}

/** Newest first unless the request says otherwise, as SageMaker lists. */
export function jobFilter(kind: JobKind, input: Received): Omit<JobFilter, "skip" | "limit"> {
  return {
    kind,
    status: input.StatusEquals === "Deleting" ? undefined : input.StatusEquals,
    nameContains: input.NameContains,
    createdAfter: input.CreationTimeAfter?.getTime(),
    createdBefore: input.CreationTimeBefore?.getTime(),
    modifiedAfter: input.LastModifiedTimeAfter?.getTime(),
    modifiedBefore: input.LastModifiedTimeBefore?.getTime(),
    sortBy: input.SortBy ?? "CreationTime",
    ascending: input.SortOrder === "Ascending",
  };
}
