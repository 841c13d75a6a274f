import type { Trail } from "../audit/index.ts";
import type { Clock, Db, Log } from "../platform/index.ts";
import type { Perform } from "./action.ts";
import { Deliveries } from "./deliveries.ts";
import { DeliveryStore } from "./delivery-store.ts";
import { Detector } from "./detector.ts";
import { RuleStore } from "./rule-store.ts";
import { Rules } from "./rules.ts";

interface DetectionParts {
  readonly db: Db;
  readonly trail: Pick<Trail, "observe" | "follow" | "head">;
  readonly clock: Clock;
  readonly log: Log;
  readonly region: string;
  readonly accountId: string;
}

export interface Detection extends AsyncDisposable {
  readonly rules: Rules;
  /**
   * Begins to act: first what an earlier server left, then every event from now on. Called once, when
   * what rules do can be done.
   */
  begin(perform: Perform): void;
}

/** Opens the domain over a database that its migrations were applied to. */
export function openDetection(parts: DetectionParts): Detection {
  const { db, trail, clock, log, region, accountId } = parts;
  const rules = new Rules({ store: new RuleStore(db), region, accountId, trailLength: () => trail.head().n });
  const owned = new AsyncDisposableStack();
  return {
    rules,
    begin: (perform) => {
      const store = new DeliveryStore(db);
      const deliveries = owned.use(new Deliveries({ store, rules, perform, clock, log }));
      const detector = owned.use(new Detector({ store, rules, deliveries, trail, clock, log }));
      deliveries.recover();
      detector.begin();
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
