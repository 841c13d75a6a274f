import { integer, oneOf } from "@strongroom/wire";
import { dataKeyBytesMax } from "../../../encryption/index.ts";
import { validationError } from "../kms-error.ts";

export const keySpecMember = oneOf("AES_256", "AES_128");
export const numberOfBytesMember = integer({ min: 1, max: dataKeyBytesMax });

/** How long the data key is to be: one of the two members says it, never both. */
export function dataKeyBytes(input: { KeySpec?: "AES_256" | "AES_128"; NumberOfBytes?: number }): number {
  if (input.KeySpec !== undefined && input.NumberOfBytes === undefined) return input.KeySpec === "AES_256" ? 32 : 16;
  if (input.KeySpec === undefined && input.NumberOfBytes !== undefined) return input.NumberOfBytes;
  throw validationError("Please specify either number of bytes or key spec.");
}
