import type { TrackedFilter } from "../../reproduction/index.ts";

interface Received {
  readonly CreatedAfter?: Date;
  readonly CreatedBefore?: Date;
  readonly SortBy?: "Name" | "CreationTime";
  readonly SortOrder?: "Ascending" | "Descending";
}

/** Newest first unless the request says otherwise, as SageMaker lists. */
export function trackedFilter(input: Received): Omit<TrackedFilter, "skip" | "limit"> {
  return {
    createdAfter: input.CreatedAfter?.getTime(),
    createdBefore: input.CreatedBefore?.getTime(),
    sortBy: input.SortBy ?? "CreationTime",
    ascending: input.SortOrder === "Ascending",
  };
}
