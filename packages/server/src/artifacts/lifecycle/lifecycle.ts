import { faultText } from "../../platform/index.ts";
import type { Clock, Log } from "../../platform/index.ts";
import { LifecyclePass } from "./lifecycle-pass.ts";
import type { PassMeans } from "./lifecycle-pass.ts";

/**
 * Ends what rules of buckets say is to end: once a day, from midnight UTC on, every bucket that has rules. What was
 * put since the last midnight is looked at on the next.
 */
export interface Lifecycle extends AsyncDisposable {
  /** Begins, with what is left of today's passes. Called once, when what happens can be recorded. */
  begin(): void;
}

const dayMs = 86_400_000;
/** How often the clock is asked whether a new day has begun. */
const lookMs = 1000;
/** After a fault, in which a pass was broken off. */
const faultPauseMs = 60_000;

export function openLifecycle(means: PassMeans & { readonly clock: Clock; readonly log: Log }): Lifecycle {
  return new DailyLifecycle(means);
}

class DailyLifecycle implements Lifecycle {
  readonly #means: PassMeans & { readonly clock: Clock; readonly log: Log };
  readonly #end = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> | undefined;
  #dayDone = -1;
  #notBefore = 0;

  constructor(means: PassMeans & { readonly clock: Clock; readonly log: Log }) {
    this.#means = means;
  }

  begin(): void {
    this.#timer ??= setInterval(() => this.#look(), lookMs).unref();
    this.#look();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    this.#end.abort();
    await this.#working;
  }

  #look(): void {
    const day = Math.floor(this.#means.clock.now().getTime() / dayMs);
    if (this.#working !== undefined || day <= this.#dayDone || performance.now() < this.#notBefore) return;
    this.#working = this.#passes(day).finally(() => {
      this.#working = undefined;
    });
  }

  /** A bucket that cannot be gone through does not hold up the others. */
  async #passes(day: number): Promise<void> {
    const { lifecycle, log } = this.#means;
    const { signal } = this.#end;
    let isWhole = true;
    try {
      for (const bucket of lifecycle.bucketsWithRules()) {
        if (signal.aborted) return;
        await new LifecyclePass(this.#means, bucket, day, signal).run().catch((error: unknown) => {
          isWhole = false;
          log.error("a bucket's lifecycle was broken off", { fault: faultText(error) });
        });
      }
    } catch (error) {
      isWhole = false;
      log.error("the lifecycle of buckets was broken off", { fault: faultText(error) });
    }
    if (isWhole) this.#dayDone = day;
    else this.#notBefore = performance.now() + faultPauseMs;
  }
}
