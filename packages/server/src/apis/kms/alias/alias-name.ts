import { text } from "@strongroom/wire";

/** Which characters an alias may have is the domain's to say: KMS has an error of its own for that. */
export const aliasNameText = text({ min: 1, max: 256 });
