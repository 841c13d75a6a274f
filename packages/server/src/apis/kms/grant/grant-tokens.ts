import { list, text } from "@strongroom/wire";
import type { Grants } from "../../../encryption/index.ts";
import { invalidGrantToken } from "../kms-error.ts";

/** A member that names grants not yet known everywhere; here every grant is, from its creation on. */
export const grantTokensMember = list<ReturnType<typeof text>>(text({ min: 1, max: 8192 }), { max: 10 });

/** Refuses tokens that no grant had. A token adds nothing to its grant, which counts with and without it. */
export function checkGrantTokens(grants: Pick<Grants, "idOfToken">, tokens: readonly string[] | undefined): void {
  if (tokens?.some((token) => grants.idOfToken(token) === undefined) === true) throw invalidGrantToken();
}
