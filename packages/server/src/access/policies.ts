import { checkPolicy, faultText, type PolicyUse } from "@strongroom/iam";
import { iamId, type Clock } from "../platform/index.ts";
import type { ManagedPolicy, Owner, Page, PageRequest } from "./identity.ts";
import type { InlinePolicy, PolicyStore } from "./policy-store.ts";
import { refused, type Refusal } from "./refusal.ts";

/** AWS's quotas, in characters without white space. */
const managedCharactersMax = 6144;
const inlineCharactersMax = { user: 2048, role: 10_240 } as const;
const attachedMax = 20;
const policiesMax = 1500;

/** The policies that come with the account and cannot be changed. */
const awsManaged: readonly ManagedPolicy[] = [
  {
    name: "AdministratorAccess",
    path: "/",
    arn: "arn:aws:iam::aws:policy/AdministratorAccess",
    id: "ANPAIWMBCKSKIEE64ZLYK",
    document: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
    }),
    description: "Provides full access to all services and resources.",
    createdAt: Date.UTC(2015, 1, 6, 18, 39, 46),
  },
];

export const administratorAccessArn = "arn:aws:iam::aws:policy/AdministratorAccess";

interface NewPolicy {
  readonly name: string;
  readonly path: string;
  readonly document: string;
  readonly description: string | undefined;
}

export interface PolicyUsage {
  readonly attachments: number;
  readonly boundaries: number;
}

/** Managed policies, the inline policies of users and roles, and attachments. */
export class Policies {
  readonly #store: PolicyStore;
  readonly #clock: Clock;
  readonly #accountId: string;

  constructor(store: PolicyStore, clock: Clock, accountId: string) {
    this.#store = store;
    this.#clock = clock;
    this.#accountId = accountId;
  }

  create({ name, path, document, description }: NewPolicy): ManagedPolicy | Refusal {
    const fault = documentFault(document, "identity") ?? tooLong(document, managedCharactersMax, "policy");
    if (fault !== undefined) return fault;
    if (this.#store.isTaken(name)) return refused("already-exists", `A policy called ${name} already exists.`);
    if (this.#store.list({ limit: policiesMax }).items.length >= policiesMax) {
      return refused("limit-exceeded", `Cannot exceed quota for PoliciesPerAccount: ${policiesMax}`);
    }
    const arn = `arn:aws:iam::${this.#accountId}:policy${path}${name}`;
    const createdAt = this.#clock.now().getTime();
    const policy = { name, path, arn, id: iamId("ANPA"), document, description, createdAt };
    this.#store.add(policy);
    return policy;
  }

  find(arn: string): ManagedPolicy | undefined {
    return awsManaged.find((policy) => policy.arn === arn) ?? this.#store.managed(arn);
  }

  get(arn: string): ManagedPolicy | Refusal {
    return this.find(arn) ?? refused("not-found", `Policy ${arn} does not exist or is not attachable.`);
  }

  usage(arn: string): PolicyUsage {
    return { attachments: this.#store.attachmentCount(arn), boundaries: this.#store.boundaryCount(arn) };
  }

  /** Policies of the account, or those that come with it. */
  list(scope: "local" | "aws", request: PageRequest): Page<ManagedPolicy> {
    if (scope === "local") return this.#store.list(request);
    const { pathPrefix = "/", after = "" } = request;
    const items = awsManaged.filter(({ name, path }) => name > after && path.startsWith(pathPrefix));
    return { items, more: false };
  }

  remove(arn: string): Refusal | undefined {
    if (awsManaged.some((policy) => policy.arn === arn)) {
      return refused("invalid", `The policy ${arn} is managed by AWS and cannot be deleted.`);
    }
    const found = this.get(arn);
    if ("kind" in found) return found;
    const { attachments, boundaries } = this.usage(arn);
    if (attachments + boundaries > 0) {
      return refused("delete-conflict", "Cannot delete a policy attached to entities.");
    }
    this.#store.remove(arn);
    return undefined;
  }

  inlineOf(owner: Owner): readonly InlinePolicy[] {
    return this.#store.inline(owner);
  }

  getInline(owner: Owner, name: string): InlinePolicy | Refusal {
    const found = this.#store.inline(owner).find((policy) => policy.name === name);
    return found ?? refused("not-found", `The ${owner.kind} policy with name ${name} cannot be found.`);
  }

  putInline(owner: Owner, policy: InlinePolicy): Refusal | undefined {
    const fault = documentFault(policy.document, "identity");
    if (fault !== undefined) return fault;
    const others = this.#store.inline(owner).filter(({ name }) => name !== policy.name);
    const all = [...others, policy].map(({ document }) => document).join("");
    const limit = inlineCharactersMax[owner.kind];
    const long = tooLong(all, limit, `${owner.kind} ${owner.name}`);
    if (long !== undefined) return long;
    this.#store.putInline(owner, policy);
    return undefined;
  }

  removeInline(owner: Owner, name: string): Refusal | undefined {
    const found = this.getInline(owner, name);
    if ("kind" in found) return found;
    this.#store.removeInline(owner, name);
    return undefined;
  }

  attachedTo(owner: Owner): ManagedPolicy[] {
    return this.#store.attached(owner).flatMap((arn) => this.find(arn) ?? []);
  }

  attach(owner: Owner, arn: string): Refusal | undefined {
    const policy = this.get(arn);
    if ("kind" in policy) return policy;
    const attached = this.#store.attached(owner);
    if (!attached.includes(arn) && attached.length >= attachedMax) {
      return refused("limit-exceeded", `Cannot exceed quota for PoliciesPer${noun(owner)}: ${attachedMax}`);
    }
    this.#store.attach(owner, arn);
    return undefined;
  }

  detach(owner: Owner, arn: string): Refusal | undefined {
    if (!this.#store.attached(owner).includes(arn)) return refused("not-found", `Policy ${arn} was not found.`);
    this.#store.detach(owner, arn);
    return undefined;
  }

  /** Why a user or role cannot be deleted yet. */
  conflict(owner: Owner): Refusal | undefined {
    if (this.#store.attached(owner).length > 0) {
      return refused("delete-conflict", "Cannot delete entity, must detach all policies first.");
    }
    if (this.#store.inline(owner).length > 0) {
      return refused("delete-conflict", "Cannot delete entity, must delete policies first.");
    }
    return undefined;
  }
}

/** ② a policy with a fault is refused when it is stored, with the place of the fault. */
export function documentFault(document: string, use: PolicyUse): Refusal | undefined {
  const checked = checkPolicy(document, use);
  return checked.kind === "fault" ? refused("malformed-policy", faultText(checked.fault)) : undefined;
}

export function tooLong(text: string, charactersMax: number, of: string): Refusal | undefined {
  if (text.replace(/\s/g, "").length <= charactersMax) return undefined;
  return refused("limit-exceeded", `Maximum policy size of ${charactersMax} bytes exceeded for ${of}`);
}

function noun({ kind }: Owner): string {
  return kind === "user" ? "User" : "Role";
}
