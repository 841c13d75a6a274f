import { mkdir, open, opendir, readFile, rm, stat } from "node:fs/promises";
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

/**
 * ③ what a server began to keep is kept by it: without the database that names them, every file would count as left over
 * and be removed. Throws CannotStart where the database is gone and data is there.
 */
export async function refuseLostDatabase(dataDir: string): Promise<void> {
  if (await hasBytes(join(dataDir, "metadata.db"))) return;
  if (!(await holdsFiles(dataDir))) return;
  throw new CannotStart(
    `${dataDir} holds data, and its metadata.db is gone or empty: put back a copy of it; nothing was changed`,
  );
}

/** Whether the folder has more in it than a first start that was cut off leaves: a database, objects or a trail. */
export async function holdsData(dataDir: string): Promise<boolean> {
  return (await hasBytes(join(dataDir, "metadata.db"))) || (await holdsFiles(dataDir));
}

/** Objects, or records of the trail. */
async function holdsFiles(dataDir: string): Promise<boolean> {
  return (await hasFileBelow(join(dataDir, "objects"))) || (await hasFileBelow(join(dataDir, "audit")));
}

async function hasBytes(path: string): Promise<boolean> {
  try {
    return (await stat(path)).size > 0;
  } catch (error) {
    return refuseUnlessAbsent(path, error);
  }
}

async function hasFileBelow(folder: string): Promise<boolean> {
  try {
    for await (const entry of await opendir(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() ? await hasFileBelow(path) : await hasBytes(path)) return true;
    }
    return false;
  } catch (error) {
    return refuseUnlessAbsent(folder, error);
  }
}

/** What cannot be looked at is not absent. */
function refuseUnlessAbsent(path: string, error: unknown): false {
  if (error instanceof CannotStart) throw error;
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
  if (code === "ENOENT") return false;
  throw new CannotStart(`${path} cannot be read: ${code}`);
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
