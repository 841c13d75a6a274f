import type { Db, Migration } from "../platform/index.ts";
import type { Anchor } from "./anchor.ts";

export const migrations: readonly Migration[] = [
  {
    name: "audit-1-anchor",
    sql: `CREATE TABLE audit_anchor (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      n INTEGER NOT NULL,
      hash TEXT NOT NULL
    ) STRICT`,
  },
];

/** The anchor in the metadata database, which is encrypted and lies apart from the trail's files. */
export function anchorIn(db: Db): Anchor {
  return {
    read: () => db.get<{ n: number; hash: string }>("SELECT n, hash FROM audit_anchor WHERE id = 1"),
    write: ({ n, hash }) => {
      db.run(
        `INSERT INTO audit_anchor (id, n, hash) VALUES (1, ?, ?)
         ON CONFLICT (id) DO UPDATE SET n = excluded.n, hash = excluded.hash`,
        n,
        hash,
      );
    },
  };
}
