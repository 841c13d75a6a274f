import { faultText, type Clock, type Log } from "../platform/index.ts";
import { knownAction, reasonFor, type Perform, type RuleAction } from "./action.ts";
import type { Delivery, DeliveryStore } from "./delivery-store.ts";
import type { Rule, Target } from "./rule.ts";
import type { Rules } from "./rules.ts";
import { inputFor } from "./target-input.ts";

/** AWS's defaults of a target's RetryPolicy. */
const attemptsDefault = 185;
const ageSecondsDefault = 86_400;
/** A refusal may be mended by an administrator, but hardly by waiting: it is tried again this often. */
const refusalRetriesMax = 2;

const firstDelayMs = 500;
const delayMsMax = 600_000;
const atOnceMax = 8;
/** Deliveries that wait for another attempt. */
const triedAgainMax = 10_000;

interface DeliveryParts {
  readonly store: DeliveryStore;
  readonly rules: Pick<Rules, "find">;
  readonly perform: Perform;
  readonly clock: Clock;
  readonly log: Log;
}

/** Brings events to targets: some at once, those that failed again later, after a restart too. */
export class Deliveries implements AsyncDisposable {
  readonly #parts: DeliveryParts;
  readonly #waiting: Delivery[] = [];
  readonly #running = new Set<Promise<void>>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #isClosed = false;

  constructor(parts: DeliveryParts) {
    this.#parts = parts;
  }

  /** How many are to be done now; those that wait for another attempt do not count. */
  get busy(): number {
    return this.#waiting.length + this.#running.size;
  }

  /** Takes up what an earlier server left. */
  recover(): void {
    const now = this.#now();
    for (const { delivery, dueAt } of this.#parts.store.all()) this.#later(delivery, dueAt - now);
  }

  /** Starts a delivery that is stored already. */
  start(delivery: Delivery): void {
    this.#waiting.push(delivery);
    this.#pump();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    await Promise.all(this.#running);
  }

  #pump(): void {
    while (!this.#isClosed && this.#running.size < atOnceMax) {
      const delivery = this.#waiting.shift();
      if (delivery === undefined) return;
      const run = this.#attempt(delivery)
        .catch((error: unknown) => this.#parts.log.error("a delivery was not stored", { fault: faultText(error) }))
        .finally(() => {
          this.#running.delete(run);
          this.#pump();
        });
      this.#running.add(run);
    }
  }

  async #attempt(delivery: Delivery): Promise<void> {
    const rule = this.#parts.rules.find(delivery.ruleName);
    const target = rule?.targets.find(({ id }) => id === delivery.targetId);
    // A rule that was disabled or taken away meanwhile does nothing any more.
    if (rule?.isEnabled !== true || target === undefined) {
      this.#parts.store.remove(delivery.id);
      return;
    }
    const tried = { ...delivery, attempts: delivery.attempts + 1 };
    const errorCode = await this.#outcomeOf(actionFor(rule, target, tried));
    if (this.#isClosed && errorCode !== undefined) return;
    if (this.#timers.size < triedAgainMax && isTriedAgain(errorCode, tried, target, this.#now())) {
      const delayMs = Math.min(firstDelayMs * 2 ** delivery.attempts, delayMsMax);
      this.#parts.store.put(tried, this.#now() + delayMs);
      this.#later(tried, delayMs);
    } else this.#parts.store.remove(delivery.id);
  }

  async #outcomeOf(action: RuleAction | undefined): Promise<string | undefined> {
    if (action === undefined) return undefined;
    try {
      return (await this.#parts.perform(action)).errorCode;
    } catch (error) {
      this.#parts.log.error("the action of a rule failed", { fault: faultText(error) });
      return "InternalFailure";
    }
  }

  #later(delivery: Delivery, delayMs: number): void {
    if (this.#isClosed) return;
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        this.start(delivery);
      },
      Math.min(Math.max(delayMs, 0), delayMsMax),
    ).unref();
    this.#timers.add(timer);
  }

  #now(): number {
    return this.#parts.clock.now().getTime();
  }
}

function actionFor(rule: Rule, target: Target, { event, chain }: Delivery): RuleAction | undefined {
  const known = knownAction(target.arn);
  if (known === undefined) return undefined;
  return {
    service: known.service,
    operation: known.operation,
    input: inputFor(target, rule, event),
    roleArn: target.roleArn,
    rule: { name: rule.name, arn: rule.arn },
    eventId: event.id,
    chain: [...chain, rule.arn],
    reason: reasonFor(known.verb, rule, event.id),
  };
}

/** What the operation itself refuses has nothing to be tried again for: the job has ended, the model is gone. */
function isTriedAgain(
  errorCode: string | undefined,
  delivery: Delivery,
  { retryPolicy }: Target,
  now: number,
): boolean {
  if (errorCode === undefined) return false;
  const isRefusal = /AccessDenied|Unauthorized/.test(errorCode);
  if (!isRefusal && !/Throttl|TooMany|Internal|Unavailable/.test(errorCode)) return false;
  const asked = retryPolicy?.attemptsMax ?? attemptsDefault;
  const retriesMax = isRefusal ? Math.min(asked, refusalRetriesMax) : asked;
  const ageMs = now - delivery.matchedAt;
  return delivery.attempts <= retriesMax && ageMs < (retryPolicy?.ageSecondsMax ?? ageSecondsDefault) * 1000;
}
