import type { Organization } from "../../../access/index.ts";
import { organizationsError } from "../organizations-error.ts";

/** Throws ParentNotFoundException for everything but the root: there are no organizational units. */
export function demandRoot({ root }: Organization, parentId: string): void {
  if (parentId === root.id) return;
  throw organizationsError({ reason: "parent-not-found", message: `There is no parent with the id ${parentId}.` });
}
