import type { Db, Migration } from "../platform/index.ts";
import type { BusEvent } from "./bus-event.ts";

export const deliveryMigrations: readonly Migration[] = [
  {
    name: "detection-deliveries-1",
    sql: `
      CREATE TABLE detection_delivery (
        id TEXT PRIMARY KEY,
        due_at INTEGER NOT NULL,
        body TEXT NOT NULL
      ) STRICT;
      CREATE TABLE detection_cursor (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        n INTEGER NOT NULL
      ) STRICT;
    `,
  },
];

/** An event on its way to one target of one rule. */
export interface Delivery {
  readonly id: string;
  readonly ruleName: string;
  readonly targetId: string;
  readonly event: BusEvent;
  /** ARNs of the rules that led to the event. */
  readonly chain: readonly string[];
  /** Epoch milliseconds. */
  readonly matchedAt: number;
  readonly attempts: number;
}

/** What is still to be done, and up to which record of the trail events were looked at. */
export class DeliveryStore {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  /** The number of the last record that was handled; undefined before the first start. */
  cursor(): number | undefined {
    return this.#db.get<{ n: number }>("SELECT n FROM detection_cursor WHERE id = 1")?.n;
  }

  moveCursor(n: number): void {
    this.#db.run("INSERT INTO detection_cursor (id, n) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET n = excluded.n", n);
  }

  /** ⑤ what an event causes is stored together with that it was handled: neither can be without the other. */
  add(deliveries: readonly Delivery[], n: number, dueAt: number): void {
    this.#db.transaction(() => {
      for (const delivery of deliveries) this.put(delivery, dueAt);
      this.moveCursor(n);
    });
  }

  put(delivery: Delivery, dueAt: number): void {
    this.#db.run(
      `INSERT INTO detection_delivery (id, due_at, body) VALUES (?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET due_at = excluded.due_at, body = excluded.body`,
      delivery.id,
      dueAt,
      JSON.stringify(delivery),
    );
  }

  remove(id: string): void {
    this.#db.run("DELETE FROM detection_delivery WHERE id = ?", id);
  }

  /** The oldest first. */
  all(): { readonly delivery: Delivery; readonly dueAt: number }[] {
    const rows = this.#db.all<{ due_at: number; body: string }>(
      "SELECT due_at, body FROM detection_delivery ORDER BY due_at, id",
    );
    return rows.map(({ due_at, body }) => ({ delivery: JSON.parse(body) as Delivery, dueAt: due_at }));
  }
}
