/** Why something about users, roles and policies was not done. `apis/iam` turns these into AWS's errors. */
export interface Refusal {
  readonly kind: "refused";
  readonly reason:
    | "already-exists"
    | "not-found"
    | "delete-conflict"
    | "malformed-policy"
    | "limit-exceeded"
    | "invalid"
    | "password-policy"
    | "invalid-code"
    | "temporarily-unmodifiable";
  readonly message: string;
}

export function refused(reason: Refusal["reason"], message: string): Refusal {
  return { kind: "refused", reason, message };
}

export function isRefused<T extends object>(outcome: T | Refusal): outcome is Refusal {
  return (outcome as { readonly kind?: unknown }).kind === "refused";
}
