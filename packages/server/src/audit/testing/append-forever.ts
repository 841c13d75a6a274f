import { writeSync } from "node:fs";
import { join } from "node:path";
import { anchorIn, migrations } from "../index.ts";
import { openDb } from "../../platform/index.ts";
import { event, opened, trailSettings } from "./fixtures.ts";

// Appends to the trail in the folder that it is given until it is killed, eight at a time, and prints
// the id of each event once it is acknowledged.
const [folder = "", first = "0"] = process.argv.slice(2);
const db = openDb(join(folder, "db"), Buffer.alloc(32, 1));
db.migrate(migrations);
const trail = await opened({ ...trailSettings(join(folder, "audit"), anchorIn(db)), segmentBytesMax: 20_000 });
let id = Number(first);

async function appendForever(): Promise<never> {
  for (;;) {
    const mine = (id += 1);
    await trail.record(event(mine));
    // Written at once: what is acknowledged must be known outside before the process dies.
    writeSync(1, `${mine}\n`);
  }
}
await Promise.all(Array.from({ length: 8 }, appendForever));
