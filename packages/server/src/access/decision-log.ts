import type { AccessRequest, PolicySet, Verdict } from "@strongroom/iam";
import type { Permission, Principal } from "./authority.ts";

/** One decision, with all that it takes to tell later how it came about. */
export interface Decided {
  readonly permission: Permission;
  /** Who asked; undefined where a service asked in its own name. */
  readonly asker: Principal | undefined;
  readonly request: AccessRequest;
  readonly policies: PolicySet;
  readonly verdict: Verdict;
  /** Names of the condition keys that may have had a value, beside the global ones. */
  readonly keyNames: () => readonly string[];
}

/** How many decisions of one request are kept, and how many denials above them. */
const keptMax = 40;
const deniedKeptMax = 20;

/**
 * What was decided for one request, in order. A batch may ask for thousands of decisions: what is over
 * the bound is counted, and the newest denial is kept in any case, since it is what ended the request.
 */
export class DecisionLog {
  readonly #kept: Decided[] = [];
  #deniedKept = 0;
  #allowed = 0;
  #denied = 0;
  #lastDenied: Decided | undefined;

  note(decided: Decided): void {
    const allowed = decided.verdict.outcome === "allowed";
    if (allowed) this.#allowed += 1;
    else {
      this.#denied += 1;
      this.#lastDenied = decided;
    }
    if (this.#kept.length < keptMax) this.#kept.push(decided);
    else if (!allowed && this.#deniedKept < deniedKeptMax) {
      this.#deniedKept += 1;
      this.#kept.push(decided);
    }
  }

  /** The decisions that were kept. */
  get kept(): readonly Decided[] {
    const last = this.#lastDenied;
    return last === undefined || this.#kept.includes(last) ? this.#kept : [...this.#kept, last];
  }

  /** The newest denial: where a request was refused, what refused it. */
  get lastDenied(): Decided | undefined {
    return this.#lastDenied;
  }

  /** How many were asked for altogether. */
  get counts(): { readonly allowed: number; readonly denied: number } {
    return { allowed: this.#allowed, denied: this.#denied };
  }
}
