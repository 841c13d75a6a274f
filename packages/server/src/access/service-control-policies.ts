import { checkPolicy, faultText } from "@strongroom/iam";
import { randomText } from "../platform/index.ts";
import type { OrganizationTarget } from "./organization.ts";
import type { ControlPolicyRow, OrganizationStore } from "./organization-store.ts";

/** Quotas of AWS Organizations; a document's characters all count, white space included. */
const documentCharactersMax = 5120;
const policiesMax = 1000;
const attachedMax = 5;

const idAlphabet = "abcdefghijklmnopqrstuvwxyz0123456789";

/** The policy that comes with every organisation. */
export const fullAccess: ControlPolicyRow = {
  id: "p-FullAWSAccess",
  name: "FullAWSAccess",
  description: "Allows access to every operation",
  document: JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] }),
};

export interface ControlPolicy extends ControlPolicyRow {
  readonly arn: string;
  readonly awsManaged: boolean;
}

/** Why something about service control policies was not done. */
export interface ControlRefusal {
  readonly kind: "refused";
  readonly reason:
    | "policy-not-found"
    | "target-not-found"
    | "duplicate-policy"
    | "malformed-policy"
    | "policy-in-use"
    | "immutable-policy"
    | "already-attached"
    | "not-attached"
    | "not-enabled"
    | "already-enabled"
    | "document-too-long"
    | "too-many-policies"
    | "too-many-attached"
    | "last-policy"
    | "lock-out";
  readonly message: string;
}

interface PolicyParts {
  readonly store: OrganizationStore;
  readonly targets: readonly OrganizationTarget[];
  readonly policyArn: (policyId: string) => string;
}

interface PolicyDraft {
  readonly name: string;
  readonly description: string;
  readonly document: string;
}

/** Whether whoever changes a guardrail can still take it off once the change holds. */
export type LockOutCheck = (policyArn: string, targetArn: string) => boolean;

/** Service control policies and what they are attached to. */
export class ServiceControlPolicies {
  readonly #parts: PolicyParts;

  constructor(parts: PolicyParts) {
    this.#parts = parts;
  }

  get enabled(): boolean {
    return this.#parts.store.organization()?.policiesEnabled === true;
  }

  arnOf(policyId: string): string {
    if (policyId === fullAccess.id) return `arn:aws:organizations::aws:policy/service_control_policy/${policyId}`;
    return this.#parts.policyArn(policyId);
  }

  list(): ControlPolicy[] {
    return [fullAccess, ...this.#parts.store.policies()].map((row) => this.#told(row));
  }

  get(id: string): ControlPolicy | ControlRefusal {
    const row = id === fullAccess.id ? fullAccess : this.#parts.store.policy(id);
    return row === undefined ? refused("policy-not-found", `There is no policy with the id ${id}.`) : this.#told(row);
  }

  create(draft: PolicyDraft): ControlPolicy | ControlRefusal {
    const fault = this.#nameFault(draft.name) ?? documentFault(draft.document);
    if (fault !== undefined) return fault;
    if (this.#parts.store.policies().length >= policiesMax) {
      return refused("too-many-policies", `An organization has at most ${policiesMax} service control policies.`);
    }
    const row = { ...draft, id: `p-${randomText(8, idAlphabet)}` };
    this.#parts.store.putPolicy(row);
    return this.#told(row);
  }

  update(id: string, change: Partial<PolicyDraft>, check: LockOutCheck): ControlPolicy | ControlRefusal {
    const found = this.#mutable(id);
    if ("kind" in found) return found;
    const fault =
      (change.name === undefined || change.name === found.name ? undefined : this.#nameFault(change.name)) ??
      (change.document === undefined ? undefined : documentFault(change.document));
    if (fault !== undefined) return fault;
    const { name, description, document } = { ...found, ...change };
    const refusal = this.#unlessLockedOut(check, () => {
      this.#parts.store.putPolicy({ id, name, description, document });
    });
    return refusal ?? this.get(id);
  }

  remove(id: string): ControlRefusal | undefined {
    const found = this.#mutable(id);
    if ("kind" in found) return found;
    if (this.#parts.store.targetsOf(id).length > 0) {
      return refused("policy-in-use", `The policy ${id} is attached to one or more targets.`);
    }
    this.#parts.store.removePolicy(id);
    return undefined;
  }

  attachedTo(targetId: string): ControlPolicy[] {
    return this.#parts.store.attachedTo(targetId).flatMap((id) => {
      const policy = this.get(id);
      return "kind" in policy ? [] : [policy];
    });
  }

  targetsOf(id: string): OrganizationTarget[] {
    const ids = this.#parts.store.targetsOf(id);
    return this.#parts.targets.filter((target) => ids.includes(target.id));
  }

  attach(id: string, targetId: string, check: LockOutCheck): ControlRefusal | undefined {
    const attached = this.#attachable(id, targetId);
    if ("kind" in attached) return attached;
    if (attached.ids.includes(id)) {
      return refused("already-attached", `The policy ${id} is attached to ${targetId} already.`);
    }
    if (attached.ids.length >= attachedMax) {
      const message = `At most ${attachedMax} service control policies can be attached to ${targetId}.`;
      return refused("too-many-attached", message);
    }
    return this.#unlessLockedOut(check, () => this.#parts.store.attach(targetId, id));
  }

  detach(id: string, targetId: string, check: LockOutCheck): ControlRefusal | undefined {
    const attached = this.#attachable(id, targetId);
    if ("kind" in attached) return attached;
    if (!attached.ids.includes(id)) return refused("not-attached", `The policy ${id} is not attached to ${targetId}.`);
    if (attached.ids.length === 1) {
      return refused("last-policy", `At least one service control policy has to be attached to ${targetId}.`);
    }
    return this.#unlessLockedOut(check, () => this.#parts.store.detach(targetId, id));
  }

  /** Every target begins with all access. */
  enable(): ControlRefusal | undefined {
    if (this.enabled) return refused("already-enabled", "Service control policies are enabled already.");
    this.#parts.store.transaction(() => {
      this.#parts.store.detachAll();
      for (const { id } of this.#parts.targets) this.#parts.store.attach(id, fullAccess.id);
      this.#parts.store.enablePolicies(true);
    });
    return undefined;
  }

  /** Takes every policy off every target, as with AWS. */
  disable(): ControlRefusal | undefined {
    if (!this.enabled) return refused("not-enabled", "Service control policies are not enabled in this root.");
    this.#parts.store.transaction(() => {
      this.#parts.store.detachAll();
      this.#parts.store.enablePolicies(false);
    });
    return undefined;
  }

  /** ② a change after which its author could not take the policies off again is rolled back. */
  #unlessLockedOut(check: LockOutCheck, change: () => void): ControlRefusal | undefined {
    try {
      this.#parts.store.transaction(() => {
        change();
        for (const target of this.#parts.targets) {
          const held = this.#parts.store.attachedTo(target.id).find((id) => !check(this.arnOf(id), target.arn));
          if (held !== undefined) throw new LockedOut(held, target.id);
        }
      });
      return undefined;
    } catch (error) {
      if (error instanceof LockedOut) return refused("lock-out", error.message);
      throw error;
    }
  }

  #attachable(id: string, targetId: string): ControlRefusal | { readonly ids: readonly string[] } {
    const policy = this.get(id);
    if ("kind" in policy) return policy;
    if (!this.#parts.targets.some((target) => target.id === targetId)) return noSuchTarget(targetId);
    if (!this.enabled) return refused("not-enabled", "Service control policies are not enabled in this root.");
    return { ids: this.#parts.store.attachedTo(targetId) };
  }

  #mutable(id: string): ControlPolicy | ControlRefusal {
    const found = this.get(id);
    if ("kind" in found || !found.awsManaged) return found;
    return refused("immutable-policy", `The policy ${id} is managed by AWS and cannot be changed.`);
  }

  #nameFault(name: string): ControlRefusal | undefined {
    const taken = this.list().some((policy) => policy.name === name);
    return taken ? refused("duplicate-policy", `A policy called ${name} exists already.`) : undefined;
  }

  #told(row: ControlPolicyRow): ControlPolicy {
    return { ...row, arn: this.arnOf(row.id), awsManaged: row.id === fullAccess.id };
  }
}

class LockedOut extends Error {
  constructor(policyId: string, targetId: string) {
    super(`With this change its author could no longer detach the policy ${policyId} from ${targetId}.`);
  }
}

function noSuchTarget(targetId: string): ControlRefusal {
  return refused("target-not-found", `There is no root, organizational unit or account with the id ${targetId}.`);
}

/** ② the language of IAM's identity policies, without Principal; a fault is refused with its place. */
function documentFault(document: string): ControlRefusal | undefined {
  if (document.length > documentCharactersMax) {
    return refused("document-too-long", `A service control policy has at most ${documentCharactersMax} characters.`);
  }
  const checked = checkPolicy(document, "identity");
  return checked.kind === "fault" ? refused("malformed-policy", faultText(checked.fault)) : undefined;
}

function refused(reason: ControlRefusal["reason"], message: string): ControlRefusal {
  return { kind: "refused", reason, message };
}
