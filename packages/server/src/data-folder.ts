import { mkdir, open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { createSeal, openSeal, type Seal, type SealSecret } from "./encryption/index.ts";
import { writeDurably, type ServerConfig } from "./platform/index.ts";

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

/** Opens the folder's seal, or makes it at the very first start. */
export async function unseal(config: Pick<ServerConfig, "dataDir" | "secret">): Promise<Seal> {
  const secret = await secretOf(config.secret);
  const opened = await openSeal(config.dataDir, secret);
  switch (opened.kind) {
    case "open":
      return opened.seal;
    case "wrong-secret":
      throw new CannotStart(
        opened.expects === secret.kind
          ? `the ${nameOf(secret)} does not open the seal of ${config.dataDir}`
          : `the seal of ${config.dataDir} was made with a ${opened.expects}, not with a ${secret.kind}`,
      );
    case "damaged":
      throw new CannotStart(`${opened.path} was changed and cannot be read: put back a copy of it`);
    case "no-seal":
      return await firstSeal(config.dataDir, secret);
  }
}

async function firstSeal(dataDir: string, secret: SealSecret): Promise<Seal> {
  // ④ a folder that has data but no seal has lost it; a new one would lock the data away for good.
  const existing = await readFile(join(dataDir, "metadata.db")).catch(() => undefined);
  if (existing !== undefined)
    throw new CannotStart(`${dataDir} holds data, and its seal.json is gone: put back a copy of it`);
  const created = await createSeal(dataDir, secret);
  if (created.kind === "weak-secret") throw new CannotStart(created.message);
  if (created.kind === "already-sealed") throw new CannotStart(`${dataDir} was sealed by another server just now`);
  return created.seal;
}

const nameOf = (secret: SealSecret) => (secret.kind === "passphrase" ? "passphrase" : "key file");

async function secretOf(secret: ServerConfig["secret"]): Promise<SealSecret> {
  if (secret.kind === "passphrase") return { kind: "passphrase", passphrase: secret.text };
  try {
    return { kind: "key-file", content: await readFile(secret.path) };
  } catch {
    throw new CannotStart(`the key file ${secret.path} cannot be read`);
  }
}

/** What the command line reads to find the running server. */
export async function writeState(dataDir: string, state: object): Promise<void> {
  await writeDurably(join(dataDir, "run", "server.json"), `${JSON.stringify(state)}\n`);
}

export async function removeState(dataDir: string): Promise<void> {
  await rm(join(dataDir, "run", "server.json"), { force: true });
}
