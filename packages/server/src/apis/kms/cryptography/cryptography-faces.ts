import { flag } from "@strongroom/wire";
import type { Grants, KeyPairUse, Keys, KeyUse } from "../../../encryption/index.ts";
import { checkGrantTokens, grantTokensMember } from "../grant/grant-tokens.ts";
import { dryRun } from "../kms-error.ts";

/** What the operations that use a key work with. */
export interface CryptographyFaces {
  readonly keys: Pick<Keys, "find">;
  readonly keyUse: KeyUse;
  readonly keyPairUse: KeyPairUse;
  readonly grants: Pick<Grants, "idOfToken">;
}

/** Members that every use of a key has. */
export const useMembers = { GrantTokens: grantTokensMember, DryRun: flag() };

interface UseInput {
  readonly GrantTokens?: readonly string[];
  readonly DryRun?: boolean;
}

/** Checks the members that every use has, before anything is done. */
export function checkUse({ grants }: CryptographyFaces, input: UseInput): void {
  checkGrantTokens(grants, input.GrantTokens);
}

/** Throws in place of the answer where the request was a trial: everything was checked by then. */
export function unlessDryRun<T>(input: UseInput, answer: T): T {
  if (input.DryRun === true) throw dryRun();
  return answer;
}
