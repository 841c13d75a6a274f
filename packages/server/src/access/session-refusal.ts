/** Why no session was begun. `apis/sts` turns these into AWS's errors. */
export interface SessionRefusal {
  readonly kind: "session-refused";
  readonly reason: "invalid" | "malformed-policy" | "packed-too-large" | "denied";
  readonly message: string;
}

export function sessionRefused(reason: SessionRefusal["reason"], message: string): SessionRefusal {
  return { kind: "session-refused", reason, message };
}

export function isSessionRefused<T extends object>(outcome: T | SessionRefusal): outcome is SessionRefusal {
  return (outcome as { readonly kind?: unknown }).kind === "session-refused";
}
