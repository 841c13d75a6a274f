import { compilePolicy, splitArn, type NamedPolicy } from "@strongroom/iam";
import { randomText, type Clock } from "../platform/index.ts";
import type { Tags } from "./identity.ts";
import type { OrganizationRow, OrganizationStore } from "./organization-store.ts";
import { fullAccess, ServiceControlPolicies } from "./service-control-policies.ts";

const lowerAlphanumeric = "abcdefghijklmnopqrstuvwxyz0123456789";

/** What service control policies are attached to: the root, or the account. */
export interface OrganizationTarget {
  readonly kind: "root" | "account";
  readonly id: string;
  readonly arn: string;
}

/** What conditions know of an organisation: `aws:PrincipalOrgID` and `aws:PrincipalOrgPaths`. */
export interface OrganizationKeys {
  readonly id: string;
  /** `o-…/r-…/`: the account lies directly under the root. */
  readonly path: string;
}

interface OrganizationParts {
  readonly store: OrganizationStore;
  readonly clock: Clock;
  readonly accountId: string;
}

/**
 * The organisation: one root with one account. It is what service control policies hang on, so that
 * something stands above the account's administrators and its root user.
 */
export class Organization {
  readonly policies: ServiceControlPolicies;
  readonly createdAt: number;
  readonly keys: OrganizationKeys;
  readonly arn: string;
  readonly root: OrganizationTarget;
  readonly account: OrganizationTarget;
  readonly #store: OrganizationStore;
  #levels: { readonly now: readonly (readonly NamedPolicy[])[] | undefined } | undefined;

  constructor({ store, clock, accountId }: OrganizationParts) {
    this.#store = store;
    const { id, rootId, createdAt } = store.organization() ?? founded(store, clock, accountId);
    const arn = (kind: string, rest: string) => `arn:aws:organizations::${accountId}:${kind}/${rest}`;
    this.createdAt = createdAt;
    this.keys = { id, path: `${id}/${rootId}/` };
    this.arn = arn("organization", id);
    this.root = { kind: "root", id: rootId, arn: arn("root", `${id}/${rootId}`) };
    this.account = { kind: "account", id: accountId, arn: arn("account", `${id}/${accountId}`) };
    this.policies = new ServiceControlPolicies({
      store,
      targets: [this.root, this.account],
      policyArn: (policyId) => arn("policy", `${id}/service_control_policy/${policyId}`),
    });
  }

  /** Drops what was remembered, after anything in this domain changed. */
  forget(): void {
    this.#levels = undefined;
  }

  /**
   * The policies above the account, root's level first; each level has to allow. Undefined where
   * service control policies are disabled.
   */
  levels(): readonly (readonly NamedPolicy[])[] | undefined {
    this.#levels ??= { now: this.#readLevels() };
    return this.#levels.now;
  }

  target(id: string): OrganizationTarget | undefined {
    return [this.root, this.account].find((target) => target.id === id);
  }

  tags(resourceId: string): Tags {
    return this.#store.tags(resourceId);
  }

  /** Does the id name something of this organisation that can carry tags? */
  isTaggable(id: string): boolean {
    return this.target(id) !== undefined || this.#store.policy(id) !== undefined;
  }

  /** "too-many" where the resource would have more than 50. */
  tag(resourceId: string, tags: Tags): "tagged" | "too-many" {
    if (Object.keys({ ...this.tags(resourceId), ...tags }).length > organizationTagsMax) return "too-many";
    this.#store.putTags(resourceId, tags);
    return "tagged";
  }

  untag(resourceId: string, keys: readonly string[]): void {
    this.#store.removeTags(resourceId, keys);
  }

  /** The tags behind an ARN of this organisation, for policies about its resources. */
  tagsOfArn(arn: string): Tags {
    return this.tags(splitArn(arn)?.[5]?.split("/").at(-1) ?? "");
  }

  /**
   * Takes every policy off and leaves all access, for whoever holds the host and the unseal secret:
   * the way back from a policy that locks out everybody. Returns the ids of what was taken off.
   */
  liftAll(): string[] {
    return this.#store.transaction(() => {
      const lifted = new Set([this.root, this.account].flatMap(({ id }) => this.#store.attachedTo(id)));
      lifted.delete(fullAccess.id);
      this.#store.detachAll();
      for (const { id } of [this.root, this.account]) this.#store.attach(id, fullAccess.id);
      return [...lifted];
    });
  }

  #readLevels(): readonly (readonly NamedPolicy[])[] | undefined {
    if (!this.policies.enabled) return undefined;
    return [this.root, this.account].map(({ id }) =>
      this.policies
        .attachedTo(id)
        .map(({ arn, document }) => ({ name: arn, policy: compilePolicy(document, "identity").policy })),
    );
  }
}

export const organizationTagsMax = 50;

/** The organisation of a new environment: policies are enabled, and allow everything. */
function founded(store: OrganizationStore, clock: Clock, accountId: string): OrganizationRow {
  return store.transaction(() => {
    const organization = {
      id: `o-${randomText(10, lowerAlphanumeric)}`,
      rootId: `r-${randomText(4, lowerAlphanumeric)}`,
      createdAt: clock.now().getTime(),
      policiesEnabled: true,
    };
    store.found(organization);
    for (const target of [organization.rootId, accountId]) store.attach(target, fullAccess.id);
    return organization;
  });
}
