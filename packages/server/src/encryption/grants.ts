import { randomBytes } from "node:crypto";
import type { PolicyPrincipals } from "../access/index.ts";
import { grantToken, readGrantToken } from "./grant-token.ts";
import { grantableOperations } from "./grant-operations.ts";
import type { Grant, GrantConstraints, GrantStore } from "./grant-store.ts";
import { contextFault } from "./key-condition.ts";
import { isSymmetric } from "./key-kind.ts";
import { refused } from "./key-refusal.ts";
import type { KeyNotFound, KeyUnusable, Refusal } from "./key-refusal.ts";
import type { FoundKey, KeyRing } from "./key-ring.ts";

/** What is asked for in a new grant. */
export interface GrantRequest {
  readonly name: string | undefined;
  readonly grantee: string;
  readonly retiring: string | undefined;
  readonly operations: readonly string[];
  readonly constraints: GrantConstraints;
}

interface GrantPage {
  readonly kind: "grants";
  readonly grants: readonly Grant[];
  readonly next?: string;
}

/** Unique ids of users and roles by their ARNs, and the way back. */
type GrantPrincipals = Pick<PolicyPrincipals, "boundName" | "toldName">;

type Made = { readonly kind: "grant"; readonly grantId: string; readonly token: string };
type GrantRefusal = Refusal<"invalid-arn" | "invalid-grant" | "limit">;

const grantsPerKeyMax = 50_000;
const constraintPairsMax = 8;
const constraintCharactersMax = 384;
const principalPattern =
  /^arn:aws:(iam::[0-9]{12}:(root|user\/.+|role\/.+)|sts::[0-9]{12}:(assumed-role\/.+\/.+|federated-user\/.+))$/;
const grantIdPattern = /^[0-9a-f]{64}$/;

/**
 * Leave to use a key in named ways, given to one principal beside the key's policy. A grant counts from the
 * answer on that tells of it, and no longer from the answer on that tells of its end.
 * https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
 */
export class Grants {
  readonly #ring: KeyRing;
  readonly #store: GrantStore;
  readonly #principals: GrantPrincipals;
  readonly #tokenKey: Uint8Array;

  constructor(ring: KeyRing, store: GrantStore, principals: GrantPrincipals, tokenKey: Uint8Array) {
    this.#ring = ring;
    this.#store = store;
    this.#principals = principals;
    this.#tokenKey = tokenKey;
  }

  /** A grant of the same name that is the same in everything is answered again, with another token. */
  create(found: FoundKey, x: GrantRequest): Made | KeyUnusable | GrantRefusal {
    const refusal = this.refusalOf(found, x);
    if (refusal !== undefined) return refusal;
    const { keyId } = found.row;
    const operations = [...new Set(x.operations)].sort();
    // ② nobody who is given a deleted user's or role's name is given its grants.
    const grantee = this.#stored(x.grantee);
    const retiring = x.retiring === undefined ? null : this.#stored(x.retiring);
    const wanted = { ...x, operations, name: x.name ?? null, grantee, retiring, keyId };
    const present = x.name === undefined ? undefined : this.#same(wanted);
    if (present !== undefined) return this.#made(present.grantId);
    const grantId = randomBytes(32).toString("hex");
    const { accountId } = this.#ring.realm;
    this.#store.insert({ ...wanted, grantId, issuingAccount: rootOf(accountId), createdAt: this.#ring.now() });
    return this.#made(grantId);
  }

  /** Why there cannot be such a grant. */
  refusalOf({ row, keyArn }: FoundKey, x: GrantRequest): KeyUnusable | GrantRefusal | undefined {
    const unusable = this.#ring.unusable(row);
    if (unusable !== undefined) return unusable;
    for (const arn of [x.grantee, x.retiring]) {
      if (arn === undefined) continue;
      if (!isGrantPrincipal(arn)) return refused("invalid-arn", `ARN ${arn} is not valid.`);
      if (this.#principals.boundName(arn) === undefined) {
        return refused("invalid-arn", `ARN does not refer to a valid principal: ${arn}`);
      }
    }
    const fitting = grantableOperations(row);
    const unfit = x.operations.find((operation) => !fitting.includes(operation));
    if (unfit !== undefined) {
      return refused(
        "invalid-grant",
        `The operation ${unfit} is not supported by a key of spec ${row.spec} for ${row.usage}.`,
      );
    }
    const fault = constraintFault(x.constraints, isSymmetric(row));
    if (fault !== undefined) return refused("invalid-grant", fault);
    if (this.#store.count(row.keyId) < grantsPerKeyMax) return undefined;
    return refused("limit", `${keyArn} has ${grantsPerKeyMax} grants, and can have no more.`, keyArn);
  }

  /** The grant of this id, where it is one of this key's. */
  get(keyId: string, grantId: string): Grant | undefined {
    const grant = this.#store.get(grantId);
    return grant?.keyId === keyId ? grant : undefined;
  }

  /** Undefined: a token that this server never made. A grant that has ended since has its id still. */
  idOfToken(token: string): string | undefined {
    return readGrantToken(this.#tokenKey, token);
  }

  /** The grant that a token was made for, while there is one. */
  ofToken(token: string): Grant | undefined {
    const grantId = this.idOfToken(token);
    return grantId === undefined ? undefined : this.#store.get(grantId);
  }

  end(grantId: string): void {
    this.#store.delete(grantId);
  }

  /** Whom a grant names, as it is told: by the ARN that it has now, or by its id once it is gone. */
  told(principal: string): string {
    return this.#principals.toldName(principal);
  }

  /** `grantee`, `grantId`: only those. */
  list(x: {
    keyId: string;
    grantee?: string;
    grantId?: string;
    after?: string;
    limit: number;
  }): GrantPage | KeyNotFound {
    const found = this.#ring.find(x.keyId);
    if (found.kind === "absent") return found.refusal;
    const { keyId } = found.row;
    const grantees = x.grantee === undefined ? undefined : this.#namesOf(x.grantee);
    if (x.grantId !== undefined) {
      const grant = this.get(keyId, x.grantId);
      const isAsked = grant !== undefined && (grantees === undefined || grantees.includes(grant.grantee));
      return { kind: "grants", grants: isAsked ? [grant] : [] };
    }
    const filter = { after: x.after ?? "", limit: x.limit + 1, ...(grantees !== undefined && { grantees }) };
    return pageOf(this.#store.ofKeyAfter(keyId, filter), x.limit);
  }

  listRetirable(x: { retiring: string; after?: string; limit: number }): GrantPage {
    return pageOf(this.#store.retirableAfter(this.#namesOf(x.retiring), x.after ?? "", x.limit + 1), x.limit);
  }

  /** Called once the principal was found to be there. */
  #stored(arn: string): string {
    return this.#principals.boundName(arn) ?? arn;
  }

  /** What grants may have stored for whom an ARN, or the id of who is gone, names. */
  #namesOf(text: string): readonly string[] {
    const bound = this.#principals.boundName(text);
    return bound === undefined || bound === text ? [text] : [text, bound];
  }

  #same(wanted: Omit<Grant, "grantId" | "issuingAccount" | "createdAt">): Grant | undefined {
    const text = identityOf(wanted);
    return this.#store.toAnyOf(wanted.keyId, [wanted.grantee]).find((grant) => identityOf(grant) === text);
  }

  #made(grantId: string): Made {
    return { kind: "grant", grantId, token: grantToken(this.#tokenKey, grantId) };
  }
}

export function isGrantId(text: string): boolean {
  return grantIdPattern.test(text);
}

/** Is this the ARN of somebody whom a grant may name? */
export function isGrantPrincipal(arn: string): boolean {
  return principalPattern.test(arn);
}

function identityOf(x: Omit<Grant, "grantId" | "issuingAccount" | "createdAt">): string {
  const { equals, subset } = x.constraints;
  return JSON.stringify([x.name, x.grantee, x.retiring, x.operations, sortedPairs(equals), sortedPairs(subset)]);
}

function sortedPairs(pairs: Readonly<Record<string, string>> | undefined): unknown {
  return pairs && Object.entries(pairs).sort(([a], [b]) => (a < b ? -1 : 1));
}

function rootOf(accountId: string): string {
  return `arn:aws:iam::${accountId}:root`;
}

function pageOf(rows: readonly Grant[], limit: number): GrantPage {
  const grants = rows.slice(0, limit);
  const next = rows.length > limit ? grants.at(-1)?.grantId : undefined;
  return { kind: "grants", grants, ...(next !== undefined && { next }) };
}

function constraintFault(constraints: GrantConstraints, hasContext: boolean): string | undefined {
  for (const pairs of [constraints.equals, constraints.subset]) {
    if (pairs === undefined) continue;
    if (!hasContext) return "Grant constraints apply to symmetric encryption keys only.";
    const entries = Object.entries(pairs);
    if (entries.length > constraintPairsMax) return `A grant constraint has at most ${constraintPairsMax} pairs.`;
    const characters = entries.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
    if (characters > constraintCharactersMax) {
      return `The encryption context of a grant constraint has at most ${constraintCharactersMax} characters.`;
    }
    const fault = contextFault(pairs);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
