import { mkdir, open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { writeDurably } from "./platform/index.ts";

/** Something that the operator has to mend before the server can start; the message says what. */
export class CannotStart extends Error {
  override readonly name = "CannotStart";
}

/** Makes the data folder and holds it: one server at a time. Disposing lets it go. */
export async function holdFolder(dataDir: string): Promise<AsyncDisposable> {
  const run = join(dataDir, "run");
  await mkdir(run, { recursive: true, mode: 0o700 });
  const lock = join(run, "lock");
  const holder = await holderOf(lock);
  if (holder !== undefined) throw new CannotStart(`another server (process ${holder}) has the data folder ${dataDir}`);
  await rm(lock, { force: true });
  const handle = await open(lock, "wx", 0o600);
  await handle.writeFile(String(process.pid));
  await handle.close();
  return { [Symbol.asyncDispose]: () => rm(lock, { force: true }) };
}

/** The process that holds the lock and lives; a lock that a killed server left is nobody's. */
async function holderOf(lock: string): Promise<number | undefined> {
  const pid = Number(await readFile(lock, "utf8").catch(() => "0"));
  if (pid <= 0 || pid === process.pid) return undefined;
  const commandLine = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  return commandLine.includes("main.ts") || commandLine.includes("--test") ? pid : undefined;
}

/** What the command line reads to find the running server. */
export async function writeState(dataDir: string, state: object): Promise<void> {
  await writeDurably(join(dataDir, "run", "server.json"), `${JSON.stringify(state)}\n`);
}

export async function removeState(dataDir: string): Promise<void> {
  await rm(join(dataDir, "run", "server.json"), { force: true });
}
