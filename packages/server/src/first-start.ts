import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import type { Access } from "./access/index.ts";
import type { Db } from "./platform/index.ts";

/**
 * At the very first start, makes the first administrator and writes its access key to `path` before
 * the user is committed: there is no moment at which the key exists and nobody has it.
 */
export function writeAdministrator(
  db: Db,
  access: Pick<Access, "ensureFirstAdministrator">,
  path: string | undefined,
): void {
  db.transaction(() => {
    const administrator = access.ensureFirstAdministrator();
    if (administrator === undefined) return;
    const text = `${JSON.stringify(administrator)}\n`;
    if (path === undefined) {
      process.stderr.write(`The first administrator, shown this once: ${text}`);
      return;
    }
    const file = openSync(path, "w", 0o600);
    try {
      writeSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  });
}
