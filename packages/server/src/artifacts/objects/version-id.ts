import { randomText } from "../../platform/index.ts";
import { refuse } from "./refusal.ts";
import type { Refusal } from "./refusal.ts";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";
const length = 32;
const form = /^(?:null|[A-Za-z0-9._]{32})$/;

export const newVersionId = (): string => randomText(length, alphabet);

/** What no version was ever called. `name`: of the parameter, as S3 tells it. */
export function versionIdFault(versionId: string | undefined, name = "versionId"): Refusal | undefined {
  if (versionId === undefined || form.test(versionId)) return undefined;
  return refuse("invalid-version-id", "Invalid version id specified", { argument: { name, value: versionId } });
}
