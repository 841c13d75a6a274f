import type { NetworkSettings } from "../core.ts";

/** For networks whose endpoints' policies name nobody: documents are stored as they are written. */
export const unboundPrincipals: NetworkSettings["policyPrincipals"] = {
  bound: (document) => ({ kind: "bound", document }),
  told: (document) => document,
};
