import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { CannotStart, removeState, writeState } from "./data-folder.ts";
import type { HouseParts } from "./foundations.ts";
import {
  faultText,
  guardProcess,
  lineLog,
  type Log,
  memoryControls,
  readServerConfig,
  secretVariables,
  systemClock,
  wipeEnvironment,
} from "./platform/index.ts";

// Bodies pass through memory outside of V8's heap. Without this flag V8 marks the whole heap for every
// 64 MiB of it, which takes more time than encrypting, hashing and writing them.
setFlagsFromString("--external-memory-accounted-in-global-limit");

// What each of the programs below does is loaded by it: the server's own parts take longer than to change a seal.

/** After how long the server reads its images ahead; a job that begins earlier waits for its own. */
const prepareAfterMs = 5000;

/** How long a server whose disk failed may take to end its jobs and networks. */
const endMsMax = 5000;

/**
 * The server's process. Its starter gives the settings in the environment and reads one line of JSON
 * from standard output: the state of the running server, or the problem that kept it from starting.
 */
async function serve(): Promise<number> {
  guardProcess();
  // The log lies on the same disk: where that is full, a line is lost and nothing else.
  process.stderr.on("error", () => undefined);
  const read = readServerConfig(process.env);
  // ④ the secret is read; neither what this process starts nor /proc finds it in its environment.
  for (const name of secretVariables) wipeEnvironment(process.env, name);
  if ("problem" in read) return say({ problem: read.problem });
  const log = lineLog((line) => process.stderr.write(line));
  const stopped = stopSignal();
  const parts: HouseParts = { config: read, clock: systemClock, log };
  if (read.secret.kind !== "asked") return await runHouse(parts, stopped, say);
  const opened = await waitSealed(parts, stopped);
  if (opened === "stopped" || opened === "failed") return opened === "stopped" ? 0 : 1;
  const code = await runHouse(opened.parts, stopped, opened.tell);
  if (code !== 0) await leave(read.dataDir);
  return code;
}

/** Stands sealed until the seal is opened, or until it is asked to stop. */
async function waitSealed(parts: HouseParts, stopped: Promise<void>) {
  const { config, log } = parts;
  try {
    const { startSealed } = await import("./sealed-start.ts");
    await using sealed = await startSealed(parts);
    const { region, accountId, dataDir } = config;
    const state = { pid: process.pid, endpoint: sealed.endpoint, region, accountId, sealed: true };
    await writeState(dataDir, state);
    log.info("started sealed");
    say({ state });
    const opened = await Promise.race([stopped, sealed.opened]);
    if (opened !== undefined) {
      const { seal, tell } = opened;
      return { parts: { ...parts, seal, config: { ...config, port: sealed.port } }, tell };
    }
    await removeState(dataDir);
    return "stopped";
  } catch (error) {
    sayFailure(error, log, say);
    return "failed";
  }
}

/** Opens the house and stays until it ends; `tell` hears the state or the problem, once. */
async function runHouse(parts: HouseParts, stopped: Promise<void>, tell: (line: object) => void): Promise<number> {
  const { config, log } = parts;
  try {
    const { openHouse } = await import("./app.ts");
    await using house = await openHouse(parts);
    const { region, accountId, dataDir } = config;
    const { endpoint, caPath: caFile, certificateNames } = house;
    const shown = certificateNames === undefined ? {} : { certificateNames };
    const state = { pid: process.pid, endpoint, region, accountId, caFile, ...shown };
    await writeState(dataDir, state);
    tell({ state });
    // Whoever begins with the server has the processors first.
    const preparing = setTimeout(() => void house.prepare(), prepareAfterMs);
    preparing.unref();
    const reason = await Promise.race([stopped.then(() => "asked to stop"), house.broken]);
    clearTimeout(preparing);
    log.info("stopping", { reason: reason instanceof Error ? faultText(reason) : "asked to stop" });
    if (reason !== "asked to stop") endInTime();
    await removeState(dataDir);
    return reason === "asked to stop" ? 0 : 1;
  } catch (error) {
    sayFailure(error, log, tell);
    return 1;
  }
}

/** What is broken may never end in order. */
function endInTime(): void {
  setTimeout(() => process.exit(1), endMsMax).unref();
}

function sayFailure(error: unknown, log: Log, tell: (line: object) => void): void {
  if (!(error instanceof CannotStart)) log.error("the server ended", { fault: faultText(error) });
  tell({ problem: error instanceof Error ? error.message : String(error) });
}

/** Where it stood sealed and could not go on, nothing runs any more; the one that asked has a moment to hear why. */
async function leave(dataDir: string): Promise<void> {
  await removeState(dataDir);
  await sleep(100);
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve());
  });
}

function say(line: object): number {
  process.stdout.write(`${JSON.stringify(line)}\n`);
  return 1;
}

/** What doctor tells: the walls around jobs, without which nothing runs, and what is guarded besides. */
async function probe(): Promise<number> {
  guardProcess();
  const { probeHost } = await import("./compute/index.ts");
  const walls = (await probeHost()).map((entry) => ({
    control: entry.control,
    enforceable: entry.enforceable,
    explanation: entry.enforceable ? entry.how : entry.whyNot,
    needed: entry.needed,
  }));
  const memory = memoryControls().map((entry) => ({ ...entry, needed: false }));
  process.stdout.write(`${JSON.stringify([...walls, ...memory])}\n`);
  return 0;
}

async function changeOfSeal(): Promise<number> {
  guardProcess();
  try {
    const { runSealProgram } = await import("./seal-program.ts");
    return await runSealProgram(process.env["STRONGROOM_DATA"] ?? "", say);
  } catch (error) {
    if (error instanceof CannotStart) return say({ problem: error.message });
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (typeof code !== "string") throw error;
    // ④ whether the new seal is in its place is known to the disk alone.
    return say({ problem: `the disk failed (${code}): keep both secrets, since either of them opens the seal now` });
  }
}

const programs: Readonly<Record<string, () => Promise<number>>> = { probe, seal: changeOfSeal };

// Everything is closed in order by now; what a library still keeps open must not keep the process.
process.exit(await (programs[process.argv[2] ?? ""] ?? serve)());
