import { setFlagsFromString } from "node:v8";
import { probeHost } from "./compute/index.ts";
import { openHouse } from "./app.ts";
import { CannotStart, removeState, writeState } from "./data-folder.ts";
import { faultText, lineLog, readServerConfig, systemClock } from "./platform/index.ts";

// Bodies pass through memory outside of V8's heap. Without this flag V8 marks the whole heap for every
// 64 MiB of it, which takes more time than encrypting, hashing and writing them.
setFlagsFromString("--external-memory-accounted-in-global-limit");

/**
 * The server's process. Its starter gives the settings in the environment and reads one line of JSON
 * from standard output: the state of the running server, or the problem that kept it from starting.
 */
async function serve(): Promise<number> {
  const config = readServerConfig(process.env);
  if ("problem" in config) return say({ problem: config.problem });
  // The secret is read; whatever this process starts need not find it in its environment.
  delete process.env["STRONGROOM_PASSPHRASE"];
  const log = lineLog((line) => process.stderr.write(line));
  const stopped = stopSignal();
  try {
    await using house = await openHouse({ config, clock: systemClock, log });
    const { region, accountId, dataDir } = config;
    const state = { pid: process.pid, endpoint: house.endpoint, region, accountId, caFile: house.caPath };
    await writeState(dataDir, state);
    say({ state });
    void house.prepare();
    const reason = await Promise.race([stopped.then(() => "asked to stop"), house.broken]);
    log.info("stopping", { reason: reason instanceof Error ? faultText(reason) : "asked to stop" });
    await removeState(dataDir);
    return reason === "asked to stop" ? 0 : 1;
  } catch (error) {
    if (!(error instanceof CannotStart)) log.error("the server ended", { fault: faultText(error) });
    say({ problem: error instanceof Error ? error.message : String(error) });
    return 1;
  }
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

async function probe(): Promise<number> {
  const controls = (await probeHost()).map((entry) => ({
    control: entry.control,
    enforceable: entry.enforceable,
    explanation: entry.enforceable ? entry.how : entry.whyNot,
  }));
  process.stdout.write(`${JSON.stringify(controls)}\n`);
  return 0;
}

// Everything is closed in order by now; what a library still keeps open must not keep the process.
process.exit(await (process.argv[2] === "probe" ? probe() : serve()));
