import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "../command.ts";
import { isAlive, pathsOf, runningServer } from "../environment.ts";
import { Failure } from "../outcome.ts";

const stopTimeoutMs = 150_000;

export const down: Command = async (options) => {
  const paths = pathsOf(options.data);
  const state = await runningServer(paths);
  if (state === undefined) {
    process.stdout.write(`Nothing runs on ${paths.dataDir}.\n`);
    return 0;
  }
  await stopServer(state.pid);
  process.stdout.write("Strongroom has stopped.\n");
  return 0;
};

/** Asks the server to end and waits for it. Throws Failure where it does not. */
export async function stopServer(pid: number): Promise<void> {
  process.kill(pid, "SIGTERM");
  const deadline = Date.now() + stopTimeoutMs;
  while (isAlive(pid)) {
    if (Date.now() > deadline) throw new Failure(`the server (process ${pid}) does not end`);
    await sleep(20);
  }
}
