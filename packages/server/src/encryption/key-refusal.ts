/** Why nothing was done. Every message names the key, as AWS's do; none tells key material or plaintext. */
export interface Refusal<Reason extends string> {
  readonly kind: "refused";
  readonly reason: Reason;
  readonly keyArn?: string;
  readonly message: string;
}

export type KeyRefusalReason =
  | "not-found"
  | "disabled"
  | "pending-deletion"
  | "pending-import"
  | "invalid-usage"
  | "access-denied"
  | "invalid-ciphertext";

/** Why a key could not be used for somebody. */
export type KeyRefusal = Refusal<KeyRefusalReason>;

export type KeyNotFound = Refusal<"not-found">;
export type KeyUnusable = Refusal<"disabled" | "pending-deletion" | "pending-import">;

/** The key is of a kind that cannot do what is asked. */
export type KeyUnfit = Refusal<"invalid-usage">;

export function refused<Reason extends string>(reason: Reason, message: string, keyArn?: string): Refusal<Reason> {
  return { kind: "refused", reason, message, ...(keyArn !== undefined && { keyArn }) };
}
