import { appliedOf, type Applied } from "./statements.ts";
import type { NaiveDocument, NaivePolicies, NaiveRequest, NaiveUse, Note } from "./model.ts";

export interface NaiveDecision {
  readonly outcome: "allowed" | "explicit-deny" | "implicit-deny";
  /** The kind of policy that denied, that lacks an allow, or that granted; `root` for the root user. */
  readonly by: string;
  /** The first denying statement of that kind. */
  readonly statement?: string;
  /** Whether each statement applies, kind by kind in AWS's order; an organisation's levels one by one. */
  readonly said: readonly Said[];
}

export interface Said {
  readonly kind: string;
  readonly documents: readonly (readonly Applied[])[];
}

export function naiveDecision(request: NaiveRequest, policies: NaivePolicies, note: Note): NaiveDecision {
  const bounded = policies.boundary !== undefined;
  const said = (kind: string, use: NaiveUse, documents: readonly (NaiveDocument | undefined)[]): Said => ({
    kind,
    documents: documents.flatMap((document) =>
      document === undefined ? [] : [appliedOf(document, request, { use, bounded, note })],
    ),
  });
  const levels = policies.organization.map((level) => said("service control policy", "identity", level));
  const endpoint = said("VPC endpoint policy", "endpoint", [policies.endpoint]);
  const resource = said("resource-based policy", policies.resourceUse, [policies.resource]);
  const identity = said("identity-based policy", "identity", policies.identity);
  const boundary = said("permissions boundary", "identity", [policies.boundary]);
  const session = said("session policy", "identity", policies.session);
  const all = [...levels, endpoint, resource, identity, boundary, session];

  for (const { kind, documents } of all) {
    const deny = documents.flat().find(({ applies, effect }) => applies && effect === "Deny");
    if (deny !== undefined) return { outcome: "explicit-deny", by: kind, statement: deny.label, said: all };
  }
  const names = resource.documents.flat().flatMap((one) => (one.applies && one.effect === "Allow" ? one.namings : []));
  const { grantedBy, needed } = way(request, policies, names);
  const isPresent = ({ kind, documents }: Said) =>
    documents.length > 0 || kind === "service control policy" || kind === needed.find((one) => one === kind);
  const lacking = [...levels, endpoint, ...all.filter(({ kind }) => needed.includes(kind))].find(
    (one) => isPresent(one) && !allows(one),
  );
  if (lacking !== undefined) return { outcome: "implicit-deny", by: lacking.kind, said: all };
  return { outcome: "allowed", by: grantedBy, said: all };
}

/** What has to allow, beside organisation and endpoint; a session's name in an allow allows nothing. */
function allows({ documents }: Said): boolean {
  return documents
    .flat()
    .some(({ applies, effect, namings }) => applies && effect === "Allow" && namings.some((one) => one !== "session"));
}

function way(
  { asker, ownerAccount }: NaiveRequest,
  policies: NaivePolicies,
  names: readonly string[],
): { grantedBy: string; needed: string[] } {
  const [resource, identity, boundary, session] = [
    "resource-based policy",
    "identity-based policy",
    "permissions boundary",
    "session policy",
  ];
  const caps = [
    ...(policies.boundary === undefined ? [] : [boundary]),
    ...(policies.session.length > 0 || asker.kind === "federated-user" ? [session] : []),
  ];
  if (["service", "web-identity", "anonymous"].includes(asker.kind)) return { grantedBy: resource, needed: [resource] };
  const isOwn = asker.account === ownerAccount;
  if (isOwn && names.includes("federated-user")) return { grantedBy: resource, needed: [] };
  if (isOwn && names.includes("user")) return { grantedBy: resource, needed: caps.filter((cap) => cap === session) };
  if (isOwn && ["role", "root", "issuer", "anyone"].some((name) => names.includes(name))) {
    return { grantedBy: resource, needed: caps };
  }
  const both = policies.authoritative || !isOwn ? [resource] : [];
  if (asker.kind === "root") return { grantedBy: "root", needed: [...both, ...caps] };
  return { grantedBy: identity, needed: [...both, identity, ...caps] };
}
