import type {
  NaiveConditionBlock,
  NaiveDocument,
  NaivePolicies,
  NaivePrincipal,
  NaiveRequest,
  NaiveStatement,
  NaiveUse,
} from "./naive/model.ts";
import {
  abroad,
  actionPatterns,
  actions,
  askers,
  awsPrincipals,
  families,
  home,
  noActions,
  noPrincipals,
  noResources,
  providers,
  resourcePatterns,
  resources,
  services,
} from "./pools.ts";
import { Random } from "./random.ts";

/** How often an element is one that there is not. */
const oddShare = 0.015;

/** Policies and requests that reach every feature of the evaluator. The same seed gives the same cases. */
export class RandomCases {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  request(): NaiveRequest {
    const random = this.#random;
    const context: Record<string, readonly string[]> = {};
    for (const family of families) {
      for (const key of family.keys) {
        if (random.chance(0.35)) continue;
        const from = random.chance(0.95) ? family.given : random.one(families).given;
        context[key.toLowerCase()] = random.chance(0.7) ? random.some(from, 1, 1) : random.some(from, 2, 3);
      }
    }
    return {
      asker: random.one(askers),
      ownerAccount: random.chance(0.8) ? home : abroad,
      action: random.recased(random.one(actions)),
      resource: random.one(resources),
      context,
    };
  }

  policies(): NaivePolicies {
    const random = this.#random;
    const resourceUse = random.chance(0.2) ? "trust" : "resource";
    const resource = random.chance(0.6) ? this.#document(resourceUse) : undefined;
    return {
      organization: random.chance(0.75)
        ? []
        : random.times(1, 3, () => random.times(1, 2, () => this.#cap("identity"))),
      endpoint: random.chance(0.2) ? this.#cap("endpoint") : undefined,
      resource,
      resourceUse,
      authoritative: resource !== undefined && (resourceUse === "trust" || random.chance(0.2)),
      identity: random.times(0, 3, () => this.#document("identity")),
      boundary: random.chance(0.25) ? this.#cap("identity") : undefined,
      session: random.chance(0.6) ? [] : random.times(1, 3, () => this.#cap("identity")),
    };
  }

  /** A policy that caps: wide as often as not, so that other policies have a say. */
  #cap(use: NaiveUse): NaiveDocument {
    const { Version, Statement } = this.#document(use);
    if (this.#random.chance(0.5)) return { ...(Version === undefined ? {} : { Version }), Statement };
    const principal = use === "endpoint" ? { Principal: "*" as const } : {};
    const wide: NaiveStatement = { Sid: "Wide", Effect: "Allow", Action: ["*"], Resource: ["*"], ...principal };
    return { ...(Version === undefined ? {} : { Version }), Statement: [wide, ...Statement.slice(1)] };
  }

  #document(use: NaiveUse): NaiveDocument {
    const random = this.#random;
    const version = random.chance(0.9) ? "2012-10-17" : random.one(["2008-10-17", "", "2026-01-01"]);
    const Statement = random.times(1, 3, () => this.#statement(use));
    return { ...(version === "" ? {} : { Version: version }), Statement };
  }

  #statement(use: NaiveUse): NaiveStatement {
    const random = this.#random;
    const Effect = random.chance(oddShare) ? "allow" : random.chance(0.8) ? "Allow" : "Deny";
    const acted = this.#mostly(actionPatterns, noActions);
    const asked = this.#mostly(resourcePatterns, noResources);
    const isTrust = use === "trust" && !random.chance(oddShare);
    return {
      ...(random.chance(0.2) ? { Sid: `S${random.below(1_000_000)}` } : {}),
      Effect,
      ...(random.chance(0.85) ? { Action: acted } : { NotAction: acted }),
      ...(isTrust ? {} : random.chance(0.85) ? { Resource: asked } : { NotResource: asked }),
      ...this.#principals(use, Effect),
      ...(random.chance(0.6) ? { Condition: this.#condition() } : {}),
      ...(random.chance(oddShare) ? { Conditions: {} } : {}),
    };
  }

  /** One or two of the first list, capitals now and then changed by the caller; seldom one of the second. */
  #mostly(good: readonly string[], odd: readonly string[]): string[] {
    const random = this.#random;
    const list = random.some(good, 1, 2);
    return random.chance(oddShare) ? [...list, random.one(odd)] : list;
  }

  #principals(use: NaiveUse, effect: string): Pick<NaiveStatement, "Principal" | "NotPrincipal"> {
    const random = this.#random;
    if (use === "identity") return random.chance(oddShare) ? { Principal: "*" } : {};
    if (random.chance(oddShare)) return {};
    const isExcept = random.chance(effect === "Deny" ? 0.4 : oddShare);
    return isExcept ? { NotPrincipal: this.#principal() } : { Principal: this.#principal() };
  }

  #principal(): NaivePrincipal {
    const random = this.#random;
    if (random.chance(0.25)) return "*";
    const [oddKind, oddName] = random.one(noPrincipals);
    return {
      ...(random.chance(0.8) ? { AWS: random.some(awsPrincipals, 1, 4) } : {}),
      ...(random.chance(0.3) ? { Service: random.some(services, 1, 2) } : {}),
      ...(random.chance(0.3) ? { Federated: random.some(providers, 1, 2) } : {}),
      ...(random.chance(oddShare) ? { [oddKind]: [oddName] } : {}),
    };
  }

  #condition(): NaiveConditionBlock {
    const random = this.#random;
    const block: Record<string, Record<string, readonly string[]>> = {};
    for (const [operator, key, values] of random.times(1, 2, () => this.#clause())) block[operator] = { [key]: values };
    return block;
  }

  #clause(): readonly [operator: string, key: string, values: readonly string[]] {
    const random = this.#random;
    const family = random.one(families);
    const base = random.chance(oddShare)
      ? random.one(["StringMatches", "NullIfExists", ""])
      : random.one(family.operators);
    const quantifier = random.one(["", "", "ForAllValues:", "ForAnyValue:"]);
    const suffix = base !== "Null" && base !== "NullIfExists" && random.chance(0.35) ? "IfExists" : "";
    const key = random.chance(oddShare)
      ? "team"
      : random.one(random.chance(0.95) ? family.keys : random.one(families).keys);
    return [
      random.recased(`${quantifier}${base}${suffix}`),
      random.recased(key),
      this.#mostly(family.wanted, family.odd),
    ];
  }
}
