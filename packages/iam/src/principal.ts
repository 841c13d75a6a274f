import type { Requester } from "./request.ts";

/**
 * How a policy's principal names the one who asks. `account` delegates to that account's own
 * policies; the others grant by themselves, within what `decide` says about each.
 */
export type PrincipalMatch = "user" | "root" | "service" | "role" | "anyone" | "account" | "session";

export type PrincipalEntry =
  | { readonly kind: "anyone" }
  | { readonly kind: "account"; readonly accountId: string }
  | { readonly kind: "arn"; readonly arn: string }
  | { readonly kind: "service"; readonly name: string };

const accountPattern = /^\d{12}$/;
const rootPattern = /^arn:aws[\w-]*:iam::(\d{12}):root$/;
const arnPattern = /^arn:aws[\w-]*:(?:iam::\d{12}:(?:user|role)|sts::\d{12}:assumed-role)\/[^*?]+$/;
const servicePattern = /^[\w-]+(?:\.[\w-]+)*\.amazonaws\.com$/;

/** Reads one value of `Principal` under `kind` ("AWS", "Service"); a message where it names nobody. */
export function readPrincipal(kind: string, text: string): PrincipalEntry | string {
  if (kind === "AWS") {
    if (text === "*") return { kind: "anyone" };
    if (accountPattern.test(text)) return { kind: "account", accountId: text };
    const accountId = rootPattern.exec(text)?.[1];
    if (accountId !== undefined) return { kind: "account", accountId };
    return arnPattern.test(text) ? { kind: "arn", arn: text } : `"${text}" is not a principal`;
  }
  if (kind === "Service") {
    return servicePattern.test(text) ? { kind: "service", name: text } : `"${text}" is not a service principal`;
  }
  return `principals of the kind "${kind}" are not supported`;
}

const strongestFirst: readonly PrincipalMatch[] = ["user", "root", "service", "role", "anyone", "account", "session"];

/** The strongest way in which any of the entries names the requester. */
export function matchPrincipal(entries: readonly PrincipalEntry[], who: Requester): PrincipalMatch | undefined {
  const found = new Set(entries.map((entry) => matchEntry(entry, who)));
  return strongestFirst.find((match) => found.has(match));
}

function matchEntry(entry: PrincipalEntry, who: Requester): PrincipalMatch | undefined {
  switch (entry.kind) {
    case "anyone":
      return "anyone";
    case "service":
      return who.kind === "service" && who.arn === entry.name ? "service" : undefined;
    case "account":
      if (who.kind === "service" || who.accountId !== entry.accountId) return undefined;
      return who.kind === "root" ? "root" : "account";
    case "arn":
      if (who.kind === "user" && who.arn === entry.arn) return "user";
      if (who.kind !== "role-session") return undefined;
      if (who.roleArn === entry.arn) return "role";
      return who.arn === entry.arn ? "session" : undefined;
  }
}

/**
 * Is the requester one of those that `NotPrincipal` spares? A user by its ARN, root by its account,
 * a session only when both the role and the session are listed, as AWS asks for.
 */
export function isSpared(entries: readonly PrincipalEntry[], who: Requester): boolean {
  const matches = new Set(entries.map((entry) => matchEntry(entry, who)));
  if (matches.has("anyone")) return true;
  switch (who.kind) {
    case "root":
    case "user":
    case "service":
      return matches.has(who.kind);
    case "role-session":
      return matches.has("role") && matches.has("session");
  }
}
