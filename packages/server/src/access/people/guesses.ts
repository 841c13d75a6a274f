import { createHmac } from "node:crypto";
import { isIPv6 } from "node:net";
import type { Clock } from "../../platform/index.ts";
import type { GuessStore } from "./guess-store.ts";

/** How many tries go unpunished, and how long a subject then waits: twice as long after each further one. */
interface Allowance {
  readonly triesFree: number;
  readonly delayMs: number;
  readonly delayMsMax: number;
}

const second = 1000;
const minute = 60 * second;

/** Of one person, by password or by code. */
const personAllowance: Allowance = { triesFree: 5, delayMs: 30 * second, delayMsMax: 60 * minute };
/** Of one network address, behind which there may be many people. */
const sourceAllowance: Allowance = { triesFree: 30, delayMs: 30 * second, delayMsMax: 15 * minute };

/** A subject that was left alone for so long begins anew. */
const forgottenAfterMs = 24 * 60 * minute;
/** Names and addresses that anybody can make up: as many are remembered, the newest. */
const madeUpMax = 10_000;
const trimEvery = 256;

/** What a try counts against. */
export interface Tried {
  readonly person: string;
  readonly source?: string | undefined;
}

export type TryOutcome = { readonly kind: "go" } | { readonly kind: "blocked"; readonly until: Date };

/**
 * Counts tries at secrets. ② A try is counted before the secret is looked at and given back when it was
 * right, so that tries at the same moment count as those one after the other.
 */
export class Guesses {
  readonly #store: GuessStore;
  readonly #clock: Clock;
  readonly #nameKey: Uint8Array;
  #since = 0;

  constructor(store: GuessStore, clock: Clock, nameKey: Uint8Array) {
    this.#store = store;
    this.#clock = clock;
    this.#nameKey = nameKey;
  }

  begin({ person, source }: Tried): TryOutcome {
    const now = this.#clock.now().getTime();
    return this.#store.transaction(() => {
      this.#trim(now);
      const until = Math.max(this.#blockedUntil(person), source === undefined ? 0 : this.#blockedUntil(source));
      // ② what comes while it is blocked is not looked at, and makes nothing longer: nobody can be kept out for good.
      if (until > now) return { kind: "blocked", until: new Date(until) };
      this.#count(person, personAllowance, now);
      if (source !== undefined) this.#count(source, sourceAllowance, now);
      return { kind: "go" };
    });
  }

  /** The secret was right: the person's tries are forgotten; of the address's, this one. */
  succeeded(tried: Tried): void {
    this.#store.transaction(() => {
      this.#store.remove(tried.person);
      this.#giveBack(tried.source, sourceAllowance);
    });
  }

  /** The secret was not looked at. */
  undone(tried: Tried): void {
    this.#store.transaction(() => {
      this.#giveBack(tried.person, personAllowance);
      this.#giveBack(tried.source, sourceAllowance);
    });
  }

  /** Whether there was anything to forget. */
  forgive(person: string): boolean {
    const known = this.#store.find(person) !== undefined;
    this.#store.remove(person);
    return known;
  }

  blockedUntil(person: string): Date | undefined {
    const until = this.#blockedUntil(person);
    return until > this.#clock.now().getTime() ? new Date(until) : undefined;
  }

  /** A name that nobody has is counted like any other, and does not stand on the disk as it was typed. */
  unknownPerson(name: string): string {
    const mac = createHmac("sha256", this.#nameKey).update(name.toLowerCase()).digest("base64url");
    return `unknown:${mac.slice(0, 22)}`;
  }

  #blockedUntil(subject: string): number {
    return this.#store.find(subject)?.blockedUntil ?? 0;
  }

  #count(subject: string, allowance: Allowance, now: number): void {
    const found = this.#store.find(subject);
    const tries = (found === undefined || now - found.lastAt > forgottenAfterMs ? 0 : found.tries) + 1;
    this.#store.put(subject, { tries, lastAt: now, blockedUntil: now + delayAfter(tries, allowance) });
  }

  #giveBack(subject: string | undefined, allowance: Allowance): void {
    const found = subject === undefined ? undefined : this.#store.find(subject);
    if (subject === undefined || found === undefined) return;
    const tries = found.tries - 1;
    if (tries <= 0) this.#store.remove(subject);
    else this.#store.put(subject, { ...found, tries, blockedUntil: found.lastAt + delayAfter(tries, allowance) });
  }

  #trim(now: number): void {
    this.#since += 1;
    if (this.#since < trimEvery) return;
    this.#since = 0;
    for (const prefix of ["unknown:", "source:"]) this.#store.trim(now - forgottenAfterMs, prefix, madeUpMax);
  }
}

function delayAfter(tries: number, { triesFree, delayMs, delayMsMax }: Allowance): number {
  return tries < triesFree ? 0 : Math.min(delayMs * 2 ** (tries - triesFree), delayMsMax);
}

/** Whoever has one address of an IPv6 network has all of its /64. */
export function sourceOf(address: string): string {
  if (!isIPv6(address)) return `source:${address}`;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped?.[1] !== undefined) return `source:${mapped[1]}`;
  const [head = "", tail] = address.toLowerCase().split("::");
  const first = head === "" ? [] : head.split(":");
  const last = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? [] : new Array<string>(Math.max(0, 8 - first.length - last.length)).fill("0");
  const groups = [...first, ...zeros, ...last].slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `source:${groups.join(":")}::/64`;
}
