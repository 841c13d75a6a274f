import type { Clock } from "../platform/index.ts";
import { awsManagedPolicies } from "./aws-managed-policies.ts";
import type { ManagedPolicy, PolicyVersion } from "./identity.ts";
import { managedDocumentFault } from "./policy-documents.ts";
import type { PolicyStore } from "./policy-store.ts";
import { versionsPerPolicyMax } from "./quotas.ts";
import { isRefused, refused, type Refusal } from "./refusal.ts";

interface PolicyLookup {
  get(arn: string): ManagedPolicy | Refusal;
  /** As get, but for policies that can be changed. */
  own(arn: string): ManagedPolicy | Refusal;
}

/** The versions of managed policies. The default one decides; the others wait to be made the default. */
export class PolicyVersions {
  readonly #store: PolicyStore;
  readonly #policies: PolicyLookup;
  readonly #clock: Clock;

  constructor(store: PolicyStore, policies: PolicyLookup, clock: Clock) {
    this.#store = store;
    this.#policies = policies;
    this.#clock = clock;
  }

  create(arn: string, document: string, asDefault: boolean): PolicyVersion | Refusal {
    const policy = this.#policies.own(arn);
    if (isRefused(policy)) return policy;
    const fault = managedDocumentFault(document);
    if (fault !== undefined) return fault;
    if (this.#store.versions(arn).length >= versionsPerPolicyMax) {
      return refused(
        "limit-exceeded",
        `A managed policy can have up to ${versionsPerPolicyMax} versions. Before you create a new version, you must delete an existing version.`,
      );
    }
    const createdAt = this.#clock.now().getTime();
    const number = this.#store.addVersion(arn, document, { createdAt, asDefault });
    return { number, document, createdAt, isDefault: asDefault };
  }

  /** The newest first. */
  list(arn: string): readonly PolicyVersion[] | Refusal {
    const policy = this.#policies.get(arn);
    if (isRefused(policy)) return policy;
    return awsManagedPolicies.includes(policy) ? [onlyVersion(policy)] : this.#store.versions(arn);
  }

  get(arn: string, number: number): PolicyVersion | Refusal {
    const versions = this.list(arn);
    if (isRefused(versions)) return versions;
    const message = `Policy ${arn} version v${number} does not exist or is not attachable.`;
    return versions.find((version) => version.number === number) ?? refused("not-found", message);
  }

  setDefault(arn: string, number: number): Refusal | undefined {
    const version = this.#own(arn, number);
    if (isRefused(version)) return version;
    this.#store.setDefaultVersion(arn, number, this.#clock.now().getTime());
    return undefined;
  }

  remove(arn: string, number: number): Refusal | undefined {
    const version = this.#own(arn, number);
    if (isRefused(version)) return version;
    if (version.isDefault) return refused("delete-conflict", "Cannot delete the default version of a policy.");
    this.#store.removeVersion(arn, number);
    return undefined;
  }

  #own(arn: string, number: number): PolicyVersion | Refusal {
    const policy = this.#policies.own(arn);
    return isRefused(policy) ? policy : this.get(arn, number);
  }
}

function onlyVersion({ defaultVersion, document, updatedAt }: ManagedPolicy): PolicyVersion {
  return { number: defaultVersion, document, createdAt: updatedAt, isDefault: true };
}
