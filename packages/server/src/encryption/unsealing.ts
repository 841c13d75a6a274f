import type { Clock } from "../platform/index.ts";
import { openSeal, readSeal, type Seal, type SealRefusal } from "./seal.ts";
import type { SealMethod } from "./seal-method.ts";
import { secretNames, type SealSecret, type SecretKind } from "./seal-secret.ts";
import { readShare } from "./read-shares.ts";
import type { SealShare } from "./share-text.ts";

/** What may be known of a closed seal. */
export interface SealStatus {
  readonly kind: SecretKind;
  /** Where the seal has shares: how many it takes, and how many have been given. */
  readonly shares?: { readonly threshold: number; readonly given: number };
}

/** A secret, or one share of it. */
export type Offer =
  Exclude<SealSecret, { readonly kind: "shares" }> | { readonly kind: "share"; readonly text: string };

export type OfferOutcome =
  | { readonly kind: "open"; readonly seal: Seal }
  | { readonly kind: "more-shares"; readonly status: SealStatus }
  | { readonly kind: "refused"; readonly message: string };

/** A seal that is being opened, share by share. Disposing wipes the shares that were given. */
export interface Unsealing extends Disposable {
  status(): SealStatus;
  offer(offer: Offer): Promise<OfferOutcome>;
}

/** ④ guessing is slow, from inside the host, too: after so many wrong offers within the span none is looked at. */
const wrongOffersMax = 5;
const wrongSpanMs = 60_000;

type ClosedFor = Extract<SealRefusal, { readonly kind: "no-seal" | "damaged" }>;

/** Begins to open the folder's seal. */
export async function openUnsealing(folder: string, clock: Clock): Promise<Unsealing | ClosedFor> {
  const read = await readSeal(folder);
  if (read.kind !== "read") return read;
  return new OpenUnsealing(folder, read.file.method, clock);
}

class OpenUnsealing implements Unsealing {
  readonly #folder: string;
  readonly #method: SealMethod;
  readonly #clock: Clock;
  readonly #given = new Map<number, SealShare>();
  #wrongAt: readonly number[] = [];
  #last: Promise<unknown> = Promise.resolve();

  constructor(folder: string, method: SealMethod, clock: Clock) {
    this.#folder = folder;
    this.#method = method;
    this.#clock = clock;
  }

  status(): SealStatus {
    const method = this.#method;
    if (method.kind !== "shares") return { kind: method.kind };
    return { kind: "shares", shares: { threshold: method.threshold, given: this.#given.size } };
  }

  /** One after the other, so that many at once are not many guesses at once. */
  offer(offer: Offer): Promise<OfferOutcome> {
    const outcome = this.#last.then(() => this.#counted(offer));
    this.#last = outcome.catch(() => undefined);
    return outcome;
  }

  [Symbol.dispose](): void {
    for (const { bytes } of this.#given.values()) bytes.fill(0);
    this.#given.clear();
  }

  async #counted(offer: Offer): Promise<OfferOutcome> {
    const now = this.#clock.now().getTime();
    this.#wrongAt = this.#wrongAt.filter((at) => now - at < wrongSpanMs);
    if (this.#wrongAt.length >= wrongOffersMax) {
      const waitMs = wrongSpanMs - (now - (this.#wrongAt[0] ?? now));
      return refused(`too many wrong offers: wait ${Math.ceil(waitMs / 1000)} seconds`);
    }
    const outcome = offer.kind === "share" ? await this.#take(offer.text) : await this.#open(offer);
    if (outcome.kind === "refused") this.#wrongAt = [...this.#wrongAt, now];
    return outcome;
  }

  async #take(text: string): Promise<OfferOutcome> {
    const method = this.#method;
    if (method.kind !== "shares") return refused(`the seal opens with a ${secretNames[method.kind]}, not with shares`);
    const share = readShare(method, text);
    if ("refused" in share) return refused(share.refused);
    if (this.#given.has(share.at)) return refused(`share ${share.at} was given before`);
    this.#given.set(share.at, share);
    if (this.#given.size < method.threshold) return { kind: "more-shares", status: this.status() };
    const outcome = await this.#open({ kind: "shares", shares: [...this.#given.values()] });
    this[Symbol.dispose]();
    return outcome;
  }

  async #open(secret: SealSecret): Promise<OfferOutcome> {
    const opened = await openSeal(this.#folder, secret);
    switch (opened.kind) {
      case "open":
        return opened;
      case "wrong-secret":
        return refused(
          opened.expects === secret.kind
            ? `the ${secretNames[secret.kind]} does not open the seal`
            : `the seal opens with ${nameWithArticle(opened.expects)}, not with ${nameWithArticle(secret.kind)}`,
        );
      case "refused":
        return opened;
      case "no-seal":
        return refused("the seal is gone");
      case "damaged":
        return refused("the seal was changed and cannot be read: put back a copy of it");
    }
  }
}

const nameWithArticle = (kind: SecretKind): string => (kind === "shares" ? "shares" : `a ${secretNames[kind]}`);

function refused(message: string): OfferOutcome {
  return { kind: "refused", message };
}
