import { iamId, type Clock } from "../platform/index.ts";
import { awsManagedPolicies } from "./aws-managed-policies.ts";
import { mergedTags, tagsWithout } from "./identity-details.ts";
import { pageOf, type ManagedPolicy, type Owner, type Page, type Tags } from "./identity.ts";
import { documentFault, managedDocumentFault, tooLong } from "./policy-documents.ts";
import type { InlinePolicy, PolicyListUse, PolicyStore } from "./policy-store.ts";
import { PolicyVersions } from "./policy-versions.ts";
import { attachedPoliciesMax, attachedQuotaName, inlinePolicyCharactersMax, overQuota, policiesMax } from "./quotas.ts";
import { isRefused, refused, type Refusal } from "./refusal.ts";

interface NewPolicy {
  readonly name: string;
  readonly path: string;
  readonly document: string;
  readonly description: string | undefined;
  readonly tags: Tags;
}

/** Which managed policies to tell, in the order of their names, AWS's before the account's of the same name. */
export interface PolicyList {
  readonly scope: "all" | "aws" | "local";
  readonly use: PolicyListUse;
  readonly pathPrefix?: string | undefined;
  /** The key that the page before ended with. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** A policy in a list, with the key that the next page goes on from. */
export interface ListedPolicy {
  readonly key: string;
  readonly policy: ManagedPolicy;
}

export interface PolicyUsage {
  readonly attachments: number;
  readonly boundaries: number;
}

/** Managed policies, the inline policies of users, groups and roles, and attachments. */
export class Policies {
  readonly #store: PolicyStore;
  readonly #clock: Clock;
  readonly #accountId: string;
  readonly versions: PolicyVersions;

  constructor(store: PolicyStore, clock: Clock, accountId: string) {
    this.#store = store;
    this.versions = new PolicyVersions(store, this, clock);
    this.#clock = clock;
    this.#accountId = accountId;
  }

  create({ name, path, document, description, tags }: NewPolicy): ManagedPolicy | Refusal {
    const checked = mergedTags({}, tags);
    if (isRefused(checked)) return checked;
    const fault = managedDocumentFault(document);
    if (fault !== undefined) return fault;
    if (this.#store.isTaken(name))
      return refused("already-exists", `A policy called ${name} already exists. Duplicate names are not allowed.`);
    if (this.#store.count() >= policiesMax) return overQuota("PoliciesPerAccount", policiesMax);
    const arn = `arn:aws:iam::${this.#accountId}:policy${path}${name}`;
    const createdAt = this.#clock.now().getTime();
    const policy: ManagedPolicy = {
      name,
      path,
      arn,
      id: iamId("ANPA"),
      document,
      description,
      createdAt,
      updatedAt: createdAt,
      defaultVersion: 1,
      tags,
    };
    this.#store.add(policy);
    return policy;
  }

  find(arn: string): ManagedPolicy | undefined {
    return awsManagedPolicies.find((policy) => policy.arn === arn) ?? this.#store.managed(arn);
  }

  get(arn: string): ManagedPolicy | Refusal {
    return this.find(arn) ?? refused("not-found", `Policy ${arn} does not exist or is not attachable.`);
  }

  usage(arn: string): PolicyUsage {
    return { attachments: this.#store.attachmentCount(arn), boundaries: this.#store.boundaryCount(arn) };
  }

  /** Those that the policy is attached to, and those whose permissions boundary it is. */
  entities(arn: string): { readonly attached: readonly Owner[]; readonly bounded: readonly Owner[] } {
    return { attached: this.#store.attachedOwners(arn), bounded: this.#store.boundedOwners(arn) };
  }

  /** Policies of the account, and their versions, counted. */
  counts(): { readonly policies: number; readonly versions: number } {
    return { policies: this.#store.count(), versions: this.#store.versionCount() };
  }

  list({ scope, use, pathPrefix = "/", after = "", limit }: PolicyList): Page<ListedPolicy> {
    const ofAws = scope === "local" ? [] : awsManagedPolicies.filter((policy) => this.#isUsed(policy.arn, use));
    const listing = { pathPrefix, after: { suffix: localSuffix, key: after }, use, limit };
    const ofAccount = scope === "aws" ? [] : this.#store.list(listing);
    const listed = [
      ...ofAws
        .map((policy) => ({ key: policy.name + awsSuffix, policy }))
        .filter(({ key, policy }) => key > after && policy.path.startsWith(pathPrefix)),
      ...ofAccount.map((policy) => ({ key: policy.name + localSuffix, policy })),
    ];
    return pageOf(
      listed.sort((a, b) => (a.key < b.key ? -1 : 1)),
      limit,
    );
  }

  #isUsed(arn: string, use: PolicyListUse): boolean {
    const { attachments, boundaries } = this.usage(arn);
    const isUsed = {
      any: true,
      used: attachments + boundaries > 0,
      attached: attachments > 0,
      boundary: boundaries > 0,
    };
    return isUsed[use];
  }

  remove(arn: string): Refusal | undefined {
    const policy = this.own(arn);
    if (isRefused(policy)) return policy;
    const { attachments, boundaries } = this.usage(arn);
    if (attachments + boundaries > 0) {
      return refused("delete-conflict", "Cannot delete a policy attached to entities.");
    }
    if (this.#store.versions(arn).length > 1) {
      return refused(
        "delete-conflict",
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
      );
    }
    this.#store.remove(arn);
    return undefined;
  }

  /** A policy of the account, which can be changed. */
  own(arn: string): ManagedPolicy | Refusal {
    if (awsManagedPolicies.some((policy) => policy.arn === arn)) {
      return refused("invalid", `The policy ${arn} is managed by AWS and cannot be changed or deleted.`);
    }
    return this.get(arn);
  }

  tag(arn: string, tags: Tags): Refusal | undefined {
    const policy = this.own(arn);
    if (isRefused(policy)) return policy;
    const merged = mergedTags(policy.tags, tags);
    if (isRefused(merged)) return merged;
    this.#store.setTags(arn, merged.tags);
    return undefined;
  }

  untag(arn: string, keys: readonly string[]): Refusal | undefined {
    const policy = this.own(arn);
    if (isRefused(policy)) return policy;
    this.#store.setTags(arn, tagsWithout(policy.tags, keys));
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
    const limit = inlinePolicyCharactersMax[owner.kind];
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
    const max = attachedPoliciesMax[owner.kind];
    if (!attached.includes(arn) && attached.length >= max) return overQuota(attachedQuotaName(owner), max);
    this.#store.attach(owner, arn);
    return undefined;
  }

  detach(owner: Owner, arn: string): Refusal | undefined {
    if (!this.#store.attached(owner).includes(arn)) return refused("not-found", `Policy ${arn} was not found.`);
    this.#store.detach(owner, arn);
    return undefined;
  }

  /** Why a user, group or role cannot be deleted yet. */
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

/** Names have no spaces, so that a suffix behind one does not change the order of names. */
const awsSuffix = " aws";
const localSuffix = " local";
