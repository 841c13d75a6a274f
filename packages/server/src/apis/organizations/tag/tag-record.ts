import type { Organization } from "../../../access/index.ts";
import { organizationsError } from "../organizations-error.ts";

interface TagInput {
  readonly Key: string;
  readonly Value: string;
}

/** Throws InvalidInputException where a key stands twice. */
export function tagRecord(tags: readonly TagInput[] | undefined): Record<string, string> {
  const record = Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key, Value]));
  if (Object.keys(record).length === (tags ?? []).length) return record;
  throw organizationsError({ reason: "duplicate-tag", message: "A tag key can stand only once in a request." });
}

/** Throws TargetNotFoundException where there is nothing of this id that could carry tags. */
export function demandTaggable(organization: Organization, id: string): void {
  if (organization.isTaggable(id)) return;
  throw organizationsError({ reason: "target-not-found", message: `There is no resource with the id ${id}.` });
}
