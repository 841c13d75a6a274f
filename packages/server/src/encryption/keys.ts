import type { PolicyPrincipals } from "../access/index.ts";
import { delegatingPolicy, policyFault, servicePolicy } from "./key-policy.ts";
import { reservedAliasPrefix } from "./key-name.ts";
import { refused } from "./key-refusal.ts";
import type { KeyNotFound, KeyUnusable, Refusal } from "./key-refusal.ts";
import type { ImportStore } from "./import-store.ts";
import type { AbsentKey, FoundKey, KeyRing } from "./key-ring.ts";
import { isSymmetric, symmetricKind } from "./key-kind.ts";
import type { KeyKind } from "./key-kind.ts";
import { rotationDaysDefault } from "./rotations.ts";
import type { KeyManager, KeyState, KeyStore, TagRow } from "./key-store.ts";

/** What may be known of a key without using it. */
export interface KeyDescription extends KeyKind {
  readonly keyId: string;
  readonly keyArn: string;
  readonly description: string;
  readonly state: KeyState;
  readonly manager: KeyManager;
  readonly createdAt: Date;
  /** When the material will be wiped; only while the deletion is pending. */
  readonly deletionAt?: Date;
  /** When imported material will be wiped; only where it will. */
  readonly materialExpiresAt?: Date;
  /** Of symmetric keys that have material. */
  readonly materialId?: string;
}

interface KeyPage {
  readonly keys: readonly { readonly keyId: string; readonly keyArn: string }[];
  /** Where the next page starts; undefined on the last one. */
  readonly next?: string;
}

interface TagPage {
  readonly kind: "tags";
  readonly tags: readonly TagRow[];
  readonly next?: string;
}

type Described = { readonly kind: "key"; readonly key: KeyDescription };
type MalformedPolicy = Refusal<"malformed-policy">;

/** Says whether whoever sets a policy on the key of this ARN could still change it afterwards. */
type KeepsControl = (keyArn: string) => boolean;

export const tagsMax = 50;
const dayMs = 24 * 60 * 60 * 1000;

/** The account's keys: their life, policies and tags. A `keyId` may be any of a key's names. */
export class Keys {
  readonly #ring: KeyRing;
  readonly #store: KeyStore;
  readonly #imports: ImportStore;
  readonly #principals: Pick<PolicyPrincipals, "bound" | "told">;

  constructor(
    ring: KeyRing,
    store: KeyStore,
    imports: ImportStore,
    principals: Pick<PolicyPrincipals, "bound" | "told">,
  ) {
    this.#ring = ring;
    this.#store = store;
    this.#imports = imports;
    this.#principals = principals;
  }

  /** Which key a name stands for: what permissions are decided on. */
  find(keyId: string): FoundKey | AbsentKey {
    return this.#ring.find(keyId);
  }

  /**
   * The key ARN that any of a key's names stands for now, as condition keys of other services tell it;
   * for a name that stands for nothing, the ARN that the name would have.
   */
  arnNamed(keyId: string): string {
    const found = this.#ring.find(keyId);
    return found.kind === "found" ? found.keyArn : found.arn;
  }

  /**
   * `policy` undefined: the account decides through IAM. `keepsControl` is asked while the policy is in
   * force, and has the last word: where it says no, nothing was made.
   */
  create(x: {
    kind?: KeyKind;
    /** Of asymmetric and HMAC keys that are not to be imported, as `newMaterial` makes it. */
    material?: Uint8Array;
    description?: string;
    policy?: string;
    tags?: readonly TagRow[];
    keepsControl?: KeepsControl;
  }): Described | MalformedPolicy {
    const checked = this.#checkedPolicy(x.policy ?? delegatingPolicy(this.#ring.realm));
    if (checked.kind === "refused") return checked;
    const { policy } = checked;
    return this.#store.transaction(() => {
      const { kind = symmetricKind, material, description = "" } = x;
      const ofOwn = material === undefined ? {} : { material };
      const found = this.#ring.create({ kind, description, policy, manager: "CUSTOMER", ...ofOwn });
      for (const tag of x.tags ?? []) this.#store.putTag(found.row.keyId, tag);
      if (x.keepsControl?.(found.keyArn) !== false) return this.#described(found);
      this.#store.deleteKey(found.row.keyId);
      return lockOut();
    });
  }

  /** The key that a service keeps for itself (alias/aws/<service>), made when it is first asked for. */
  serviceManaged(service: string): FoundKey {
    const alias = reservedAliasPrefix + service;
    return this.#store.transaction(() => {
      const present = this.#ring.find(alias);
      if (present.kind === "found") return present;
      const description = `Default key that protects ${service} data when no other key is given`;
      const policy = servicePolicy(service, this.#ring.realm);
      const rotationDays = rotationDaysDefault;
      const made = this.#ring.create({ kind: symmetricKind, description, policy, manager: "AWS", rotationDays });
      const now = this.#ring.now();
      this.#store.insertAlias({ alias, keyId: made.row.keyId, createdAt: now, updatedAt: now });
      return { ...made, alias };
    });
  }

  describe(keyId: string): Described | KeyNotFound {
    const found = this.#ring.find(keyId);
    return found.kind === "absent" ? found.refusal : this.#described(found);
  }

  list(x: { after?: string; limit: number }): KeyPage {
    const rows = this.#store.keysAfter(x.after ?? "", x.limit + 1);
    const shown = rows.slice(0, x.limit);
    const next = rows.length > x.limit ? shown.at(-1)?.keyId : undefined;
    const keys = shown.map(({ keyId }) => ({ keyId, keyArn: this.#ring.arnOf(keyId) }));
    return { keys, ...(next !== undefined && { next }) };
  }

  /** In force when this returns: the state is read anew at every use. */
  setEnabled(keyId: string, enabled: boolean): Described | KeyNotFound | KeyUnusable {
    const found = this.#changeable(keyId);
    if (found.kind === "refused") return found;
    if (found.row.state === "PendingImport") return this.#ring.unusable(found.row) ?? this.#again(found);
    this.#store.setState(found.row.keyId, enabled ? "Enabled" : "Disabled", null);
    return this.#again(found);
  }

  /** `days`: 7 to 30. Until then the key cannot be used; afterwards its material is wiped for ever. */
  scheduleDeletion(keyId: string, days: number): Described | KeyNotFound | KeyUnusable {
    const found = this.#changeable(keyId);
    if (found.kind === "refused") return found;
    this.#store.setState(found.row.keyId, "PendingDeletion", this.#ring.now() + days * dayMs);
    return this.#again(found);
  }

  /** The key is disabled afterwards, as in AWS: using it again is a decision of its own. */
  cancelDeletion(keyId: string): Described | KeyNotFound | Refusal<"not-pending"> {
    const found = this.#ring.find(keyId);
    if (found.kind === "absent") return found.refusal;
    if (found.row.state !== "PendingDeletion") {
      return refused("not-pending", `${found.keyArn} is not pending deletion.`, found.keyArn);
    }
    this.#store.setState(found.row.keyId, "Disabled", null);
    return this.#again(found);
  }

  /**
   * Wipes every key whose waiting period is over, imported material whose day is and wrapping keys that nobody may use
   * any more, and rotates keys whose day has come; returns how many keys were wiped.
   */
  sweep(): number {
    const now = this.#ring.now();
    const due = this.#store.keysDueForDeletion(now);
    for (const { keyId } of due) this.#ring.endKey(keyId);
    this.#ring.wipeExpired();
    const wrappingKeys = this.#imports.deleteWrappingKeys({ validBefore: now });
    if (due.length + wrappingKeys > 0) this.#store.shred();
    for (const row of this.#store.keysDueForRotation(now)) this.#ring.rotateIfDue(row);
    return due.length;
  }

  policy(keyId: string): { readonly kind: "policy"; readonly policy: string } | KeyNotFound {
    const found = this.#ring.find(keyId);
    if (found.kind === "absent") return found.refusal;
    return { kind: "policy", policy: this.#principals.told(found.row.policy) };
  }

  /** In force when this returns, unless `keepsControl`, asked while it is in force, says no. */
  setPolicy(keyId: string, policy: string, keepsControl?: KeepsControl): Described | KeyNotFound | MalformedPolicy {
    const found = this.#ring.find(keyId);
    if (found.kind === "absent") return found.refusal;
    const checked = this.#checkedPolicy(policy, found.keyArn);
    if (checked.kind === "refused") return checked;
    return this.#store.transaction(() => {
      this.#store.setPolicy(found.row.keyId, checked.policy);
      if (keepsControl?.(found.keyArn) !== false) return this.#described(found);
      this.#store.setPolicy(found.row.keyId, found.row.policy);
      return lockOut(found.keyArn);
    });
  }

  /** ② as it is stored: with users and roles by their ids. */
  #checkedPolicy(
    policy: string,
    keyArn?: string,
  ): { readonly kind: "policy"; readonly policy: string } | MalformedPolicy {
    const fault = policyFault(policy);
    if (fault !== undefined) return refused("malformed-policy", fault, keyArn);
    const bound = this.#principals.bound(policy);
    if (bound.kind === "bound") return { kind: "policy", policy: bound.document };
    const message = `Policy contains a statement with one or more invalid principals: ${bound.principal}`;
    return refused("malformed-policy", message, keyArn);
  }

  setDescription(keyId: string, description: string): Described | KeyNotFound | KeyUnusable {
    const found = this.#changeable(keyId);
    if (found.kind === "refused") return found;
    this.#store.setDescription(found.row.keyId, description);
    return this.#again(found);
  }

  tags(keyId: string, x: { after?: string; limit: number } = { limit: tagsMax }): TagPage | KeyNotFound {
    const found = this.#ring.find(keyId);
    if (found.kind === "absent") return found.refusal;
    const rows = this.#store.tagsAfter(found.row.keyId, x.after ?? "", x.limit + 1);
    const tags = rows.slice(0, x.limit);
    const next = rows.length > x.limit ? tags.at(-1)?.tagKey : undefined;
    return { kind: "tags", tags, ...(next !== undefined && { next }) };
  }

  tag(keyId: string, tags: readonly TagRow[]): Described | KeyNotFound | KeyUnusable | Refusal<"too-many-tags"> {
    const found = this.#changeable(keyId);
    if (found.kind === "refused") return found;
    const present = this.#store.tags(found.row.keyId).map(({ tagKey }) => tagKey);
    if (new Set([...present, ...tags.map(({ tagKey }) => tagKey)]).size > tagsMax) {
      return refused("too-many-tags", `${found.keyArn} would have more than ${tagsMax} tags.`, found.keyArn);
    }
    this.#store.transaction(() => {
      for (const tag of tags) this.#store.putTag(found.row.keyId, tag);
    });
    return this.#described(found);
  }

  untag(keyId: string, tagKeys: readonly string[]): Described | KeyNotFound | KeyUnusable {
    const found = this.#changeable(keyId);
    if (found.kind === "refused") return found;
    this.#store.transaction(() => {
      for (const tagKey of tagKeys) this.#store.deleteTag(found.row.keyId, tagKey);
    });
    return this.#described(found);
  }

  /** A disabled key may be changed, one that waits for its deletion may not. */
  #changeable(keyId: string): FoundKey | KeyNotFound | KeyUnusable {
    const found = this.#ring.find(keyId);
    if (found.kind === "absent") return found.refusal;
    if (found.row.state !== "PendingDeletion") return found;
    return refused("pending-deletion", `${found.keyArn} is pending deletion.`, found.keyArn);
  }

  #again(found: FoundKey): Described {
    const row = this.#store.key(found.row.keyId);
    if (row === undefined) throw new Error(`${found.keyArn} vanished while it was changed`);
    return this.#described({ ...found, row });
  }

  #described({ row, keyArn }: FoundKey): Described {
    const hasMaterialId = isSymmetric(row) && row.state !== "PendingImport";
    const key: KeyDescription = {
      ...{ keyId: row.keyId, keyArn, spec: row.spec, usage: row.usage, origin: row.origin },
      description: row.description,
      state: row.state,
      manager: row.manager,
      createdAt: new Date(row.createdAt),
      ...(row.deletionAt !== null && { deletionAt: new Date(row.deletionAt) }),
      ...(row.materialExpiresAt !== null && { materialExpiresAt: new Date(row.materialExpiresAt) }),
      ...(hasMaterialId && { materialId: this.#ring.materialIdOf(row, row.currentVersion) }),
    };
    return { kind: "key", key };
  }
}

function lockOut(keyArn?: string): MalformedPolicy {
  const message = "The new key policy will not allow you to update the key policy in the future.";
  return refused("malformed-policy", message, keyArn);
}
