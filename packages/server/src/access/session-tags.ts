import { tagsWithout } from "./identity-details.ts";
import type { Tags } from "./identity.ts";

/** Tags with further ones above them: of keys that differ only in capitals, the one above counts. */
export function tagsOver(below: Tags, above: Tags): Tags {
  const keys = Object.keys(above);
  return keys.length === 0 ? below : { ...tagsWithout(below, keys), ...above };
}
