import type { Requester } from "./request.ts";

/**
 * How a policy's principal names the one who asks. `account` delegates to that account's own
 * policies; the others grant by themselves, within what `decide` says about each. `issuer`: the user
 * who asked for a federated user's session.
 */
export type PrincipalMatch =
  | "user"
  | "federated-user"
  | "root"
  | "service"
  | "web-identity"
  | "role"
  | "issuer"
  | "anyone"
  | "account"
  | "session";

export type PrincipalEntry =
  | { readonly kind: "anyone" }
  | { readonly kind: "account"; readonly accountId: string }
  | { readonly kind: "arn"; readonly arn: string }
  /** `AIDA…`, `AROA…` or `AROA…:<session name>`: that one user, role or session, and nobody of the same name. */
  | { readonly kind: "unique-id"; readonly id: string }
  | { readonly kind: "federated"; readonly arn: string }
  | { readonly kind: "service"; readonly name: string };

const accountPattern = /^\d{12}$/;
const rootPattern = /^arn:aws[\w-]*:iam::(\d{12}):root$/;
const arnPattern = /^arn:aws[\w-]*:(?:iam::\d{12}:(?:user|role)|sts::\d{12}:(?:assumed-role|federated-user))\/[^*?]+$/;
const uniqueIdPattern = /^(?:AIDA[A-Z0-9]{16,}|AROA[A-Z0-9]{16,}(?::[\w+=,.@-]+)?)$/;
const providerPattern = /^arn:aws[\w-]*:iam::\d{12}:oidc-provider\/[^*?]+$/;
const servicePattern = /^[\w-]+(?:\.[\w-]+)*\.amazonaws\.com$/;

/** Reads one value of `Principal` under `kind` ("AWS", "Service", "Federated"); a message where it names nobody. */
export function readPrincipal(kind: string, text: string): PrincipalEntry | string {
  switch (kind) {
    case "AWS":
      return readAwsPrincipal(text);
    case "Service":
      return servicePattern.test(text) ? { kind: "service", name: text } : `"${text}" is not a service principal`;
    case "Federated":
      return providerPattern.test(text)
        ? { kind: "federated", arn: text }
        : `"${text}" is not the ARN of an OpenID Connect provider`;
    default:
      return `principals of the kind "${kind}" are not supported`;
  }
}

function readAwsPrincipal(text: string): PrincipalEntry | string {
  if (text === "*") return { kind: "anyone" };
  if (accountPattern.test(text)) return { kind: "account", accountId: text };
  const accountId = rootPattern.exec(text)?.[1];
  if (accountId !== undefined) return { kind: "account", accountId };
  if (uniqueIdPattern.test(text)) return { kind: "unique-id", id: text };
  return arnPattern.test(text) ? { kind: "arn", arn: text } : `"${text}" is not a principal`;
}

const strongestFirst: readonly PrincipalMatch[] = [
  "user",
  "federated-user",
  "root",
  "service",
  "web-identity",
  "role",
  "issuer",
  "anyone",
  "account",
  "session",
];

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
    case "federated":
      return who.kind === "web-identity" && who.arn === entry.arn ? "web-identity" : undefined;
    case "account":
      return matchAccount(entry.accountId, who);
    case "arn":
      return matchArn(entry.arn, who);
    case "unique-id":
      return matchUniqueId(entry.id, who);
  }
}

/** Services, identity providers and unsigned requests belong to no account, whoever's policies they meet. */
function matchAccount(accountId: string, who: Requester): PrincipalMatch | undefined {
  switch (who.kind) {
    case "service":
    case "web-identity":
    case "anonymous":
      return undefined;
    case "root":
      return who.accountId === accountId ? "root" : undefined;
    case "user":
    case "role-session":
    case "federated-user":
      return who.accountId === accountId ? "account" : undefined;
  }
}

function matchArn(arn: string, who: Requester): PrincipalMatch | undefined {
  switch (who.kind) {
    case "user":
      return who.arn === arn ? "user" : undefined;
    case "role-session":
      if (who.roleArn === arn) return "role";
      return who.arn === arn ? "session" : undefined;
    case "federated-user":
      if (who.userArn === arn) return "issuer";
      return who.arn === arn ? "federated-user" : undefined;
    case "root":
    case "service":
    case "web-identity":
    case "anonymous":
      return undefined;
  }
}

function matchUniqueId(id: string, who: Requester): PrincipalMatch | undefined {
  switch (who.kind) {
    case "user":
      return who.userId === id ? "user" : undefined;
    case "role-session":
      if (who.userId?.startsWith(`${id}:`) === true) return "role";
      return who.userId === id ? "session" : undefined;
    case "federated-user":
      return who.issuerId === id ? "issuer" : undefined;
    case "root":
    case "service":
    case "web-identity":
    case "anonymous":
      return undefined;
  }
}

/**
 * Is the requester one of those that `NotPrincipal` spares? A user by its ARN, root by its account,
 * a session only when both it and the role or user behind it are listed, as AWS asks for.
 */
export function isSpared(entries: readonly PrincipalEntry[], who: Requester): boolean {
  const matches = new Set(entries.map((entry) => matchEntry(entry, who)));
  if (matches.has("anyone")) return true;
  switch (who.kind) {
    case "root":
    case "user":
    case "service":
    case "web-identity":
      return matches.has(who.kind);
    case "role-session":
      return matches.has("role") && matches.has("session");
    case "federated-user":
      return matches.has("issuer") && matches.has("federated-user");
    case "anonymous":
      return false;
  }
}
