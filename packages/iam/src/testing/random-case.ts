import type { NaivePolicies, NaivePolicy, NaiveRequest, NaiveStatement } from "./naive-evaluator.ts";

/** Policies and requests over few names, so that they often meet. The same seed gives the same cases. */
export class RandomCases {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  request(): NaiveRequest {
    const who = this.#one(requesters);
    const context = Object.fromEntries(
      keys.flatMap((key) => (this.#chance(0.6) ? [[key, this.#some(values, 0, 2)] as const] : [])),
    );
    return {
      ...who,
      ownerAccount: this.#chance(0.8) ? home : abroad,
      action: this.#one(["s3:GetObject", "s3:PutObject", "S3:getobject", "kms:Decrypt"]),
      resource: this.#one(resources),
      context,
    };
  }

  policies(): NaivePolicies {
    const resource = this.#chance(0.6) ? this.#policy(true) : undefined;
    return {
      identity: Array.from({ length: this.#below(3) }, () => this.#policy(false)),
      resource,
      authoritative: resource !== undefined && this.#chance(0.3),
      boundary: this.#chance(0.3) ? this.#policy(false) : undefined,
      session: this.#chance(0.3) ? this.#policy(false) : undefined,
    };
  }

  #policy(aboutResource: boolean): NaivePolicy {
    return Array.from({ length: 1 + this.#below(3) }, () => this.#statement(aboutResource));
  }

  #statement(aboutResource: boolean): NaiveStatement {
    const Effect = this.#chance(0.75) ? "Allow" : "Deny";
    const actions = this.#some(["*", "s3:*", "s3:GetObject", "s3:?etObject", "KMS:*", "kms:decrypt"], 1, 2);
    const patterns = this.#some([...resources, "*", "arn:aws:s3:::a/*", "arn:aws:s3:*:*:?/x", "arn:*:*:*:*:*"], 1, 2);
    return {
      Effect,
      ...(this.#chance(0.85) ? { Action: actions } : { NotAction: actions }),
      ...(this.#chance(0.85) ? { Resource: patterns } : { NotResource: patterns }),
      ...(aboutResource ? this.#principals(Effect) : {}),
      ...(this.#chance(0.5) ? { Condition: this.#condition() } : {}),
    };
  }

  #principals(effect: "Allow" | "Deny"): Pick<NaiveStatement, "Principal" | "NotPrincipal"> {
    const AWS = this.#some(principals, 1, 3);
    if (effect === "Deny" && this.#chance(0.4)) return { NotPrincipal: { AWS } };
    return { Principal: this.#chance(0.3) ? "*" : { AWS } };
  }

  #condition(): NonNullable<NaiveStatement["Condition"]> {
    const operators = Array.from({ length: 1 + this.#below(2) }, () => {
      const quantifier = this.#one(["", "", "ForAllValues:", "ForAnyValue:"]);
      const base = this.#one(["StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "Null"]);
      const wanted = base === "Null" ? ["true", "false"] : [...values, "r*", "?ps"];
      const suffix = base !== "Null" && this.#chance(0.3) ? "IfExists" : "";
      return [`${quantifier}${base}${suffix}`, { [this.#one(keys)]: this.#some(wanted, 1, 2) }] as const;
    });
    return Object.fromEntries(operators);
  }

  #some<T>(from: readonly T[], min: number, max: number): T[] {
    return Array.from({ length: min + this.#below(max - min + 1) }, () => this.#one(from));
  }

  #one<T>(from: readonly T[]): T {
    const found = from[this.#below(from.length)];
    if (found === undefined) throw new RangeError("nothing to choose from");
    return found;
  }

  #chance(probability: number): boolean {
    return this.#below(1000) < probability * 1000;
  }

  /** Mulberry32, by Tommy Ettinger, who put it into the public domain. */
  #below(bound: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  }
}

const home = "111122223333";
const abroad = "444455556666";
const roleArn = `arn:aws:iam::${home}:role/Trainer`;
const sessionArn = `arn:aws:sts::${home}:assumed-role/Trainer/train`;
const requesters = [
  { arn: `arn:aws:iam::${home}:user/alice`, roleArn: undefined, account: home },
  { arn: sessionArn, roleArn, account: home },
  { arn: `arn:aws:iam::${home}:root`, roleArn: undefined, account: home },
];
const principals = [home, abroad, `arn:aws:iam::${home}:user/alice`, roleArn, sessionArn];
const resources = ["arn:aws:s3:::a", "arn:aws:s3:::a/x", "arn:aws:s3:us-east-1:111122223333:b/x"];
const keys = ["aws:team", "aws:SourceVpce"];
const values = ["risk", "ops", "r"];
