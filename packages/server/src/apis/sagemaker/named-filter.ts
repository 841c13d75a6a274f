import type { NamedFilter } from "../../compute/index.ts";

interface Received {
  readonly CreationTimeAfter?: Date;
  readonly CreationTimeBefore?: Date;
  readonly NameContains?: string;
  readonly SortBy?: "Name" | "CreationTime" | "Status";
  /** Models and configurations spell it so too. */
  readonly SortOrder?: "Ascending" | "Descending";
}

/** Newest first unless the request says otherwise, as SageMaker lists. */
export function namedFilter(input: Received): Omit<NamedFilter, "skip" | "limit"> {
  return {
    nameContains: input.NameContains,
    createdAfter: input.CreationTimeAfter?.getTime(),
    createdBefore: input.CreationTimeBefore?.getTime(),
    sortBy: input.SortBy === "Name" ? "Name" : "CreationTime",
    ascending: input.SortOrder === "Ascending",
  };
}
