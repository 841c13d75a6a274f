import type { NumberedEvent, Trail } from "../audit/index.ts";
import { faultText, LaterWrite, uuid, type Clock, type Log } from "../platform/index.ts";
import { busEventOf, chainOf, concernsRules } from "./bus-event.ts";
import type { Deliveries } from "./deliveries.ts";
import type { Delivery, DeliveryStore } from "./delivery-store.ts";
import type { Rules } from "./rules.ts";

/** Events that wait in memory; what is over is read from the trail's files when its turn comes. */
const waitingMax = 10_000;
/** Deliveries that are to be done; above it events wait. */
const busyMax = 1000;
/** How many events are handled before other work gets its turn. */
const eventsAtOnceMax = 50;
const cursorIntervalMs = 5000;
const pauseMs = 100;
const faultPauseMs = 1000;

interface DetectorParts {
  readonly store: DeliveryStore;
  readonly rules: Pick<Rules, "matching">;
  readonly deliveries: Pick<Deliveries, "start" | "busy">;
  readonly trail: Pick<Trail, "observe" | "follow" | "head">;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Compares events with rules, in the order of the trail. ② Whoever caused an event does not wait: it is
 * noted here and looked at when the event loop comes by.
 */
export class Detector implements AsyncDisposable {
  readonly #parts: DetectorParts;
  #waiting: NumberedEvent[] = [];
  /** There are events between the last handled one and the waiting ones that only the trail has. */
  #isBehind = true;
  #handled: number;
  #working: Promise<void> | undefined;
  readonly #cursor: LaterWrite;
  #isClosed = false;

  constructor(parts: DetectorParts) {
    this.#parts = parts;
    this.#handled = parts.store.cursor() ?? parts.trail.head().n;
    this.#cursor = new LaterWrite(() => parts.store.moveCursor(this.#handled), {
      afterMs: cursorIntervalMs,
      onFault: (error) => parts.log.error("how far events were compared was not stored", { fault: faultText(error) }),
    });
  }

  begin(): void {
    // ⑤ from the very first start on: a server that was killed before it wrote a place down began nowhere otherwise.
    if (this.#parts.store.cursor() === undefined) this.#parts.store.moveCursor(this.#handled);
    this.#parts.trail.observe((recorded) => this.#take(recorded));
    this.#wake();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await this.#working;
    this.#cursor[Symbol.dispose]();
    this.#parts.store.moveCursor(this.#handled);
  }

  #take(recorded: NumberedEvent): void {
    if (this.#isClosed || !concernsRules(recorded.event)) return;
    if (this.#waiting.length < waitingMax) this.#waiting.push(recorded);
    else this.#isBehind = true;
    this.#wake();
  }

  #wake(): void {
    this.#working ??= nextTurn()
      .then(() => this.#work())
      .catch(async (error: unknown) => {
        this.#parts.log.error("an event was not compared with rules", { fault: faultText(error) });
        // ⑤ it is not passed over: the trail is read again from the last one that was handled.
        this.#isBehind = true;
        if (!this.#isClosed) await pause(faultPauseMs);
      })
      .finally(() => {
        this.#working = undefined;
        if ((this.#waiting.length > 0 || this.#isBehind) && !this.#isClosed) this.#wake();
      });
  }

  async #work(): Promise<void> {
    for (let count = 1; !this.#isClosed; count += 1) {
      if (this.#isBehind) await this.#catchUp();
      const next = this.#waiting.shift();
      if (next === undefined) return;
      await this.#handle(next);
      if (count % eventsAtOnceMax === 0) await nextTurn();
    }
  }

  /** ⑤ reads what was recorded and not handled: by a server that was killed, or while too much waited. */
  async #catchUp(): Promise<void> {
    this.#isBehind = false;
    for await (const recorded of this.#parts.trail.follow(this.#handled)) {
      if (this.#isClosed) return;
      await this.#handle(recorded);
    }
  }

  async #handle({ n, event }: NumberedEvent): Promise<void> {
    if (n <= this.#handled) return;
    const busEvent = busEventOf(event);
    const chain = chainOf(event);
    const matched = busEvent === undefined ? [] : this.#parts.rules.matching(busEvent, n, chain);
    if (busEvent === undefined || matched.length === 0) {
      this.#pass(n);
      return;
    }
    while (this.#parts.deliveries.busy >= busyMax && !this.#isClosed) await pause(pauseMs);
    if (this.#isClosed) return;
    const now = this.#parts.clock.now().getTime();
    const deliveries = matched.flatMap((rule) =>
      rule.targets.map((target): Delivery => ({
        id: uuid(),
        ruleName: rule.name,
        targetId: target.id,
        event: busEvent,
        chain,
        matchedAt: now,
        attempts: 0,
      })),
    );
    this.#parts.store.add(deliveries, n, now);
    this.#handled = n;
    for (const delivery of deliveries) this.#parts.deliveries.start(delivery);
  }

  /** That nothing came of an event is written down behind it: after a crash it is looked at again. */
  #pass(n: number): void {
    this.#handled = n;
    this.#cursor.ask();
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
