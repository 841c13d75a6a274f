import type { Organization } from "../../../access/index.ts";
import { organizationsError } from "../organizations-error.ts";

/** Throws RootNotFoundException unless the id is the root's. */
export function demandRootId({ root }: Organization, rootId: string): void {
  if (rootId === root.id) return;
  throw organizationsError({ reason: "root-not-found", message: `There is no root with the id ${rootId}.` });
}
