import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Clients } from "../clients.ts";
import type { Command, CommandOptions } from "../command.ts";
import {
  administrator,
  pathsOf,
  requireServer,
  runningServer,
  type EnvironmentPaths,
  type ServerState,
} from "../environment.ts";
import { Failure, Misuse } from "../outcome.ts";
import { Report } from "../workshop/report.ts";
import { takeSteps, workshopSteps } from "../workshop/workshop.ts";
import { stopServer } from "./down.ts";
import { startServer } from "./up.ts";

const bundledTable = fileURLToPath(new URL("../../../../labs/data/german-credit.csv", import.meta.url));

export const workshop: Command = async (options) => {
  const table = await readTable(options.input ?? bundledTable);
  const report = new Report((line) => {
    if (!options.json) process.stdout.write(`${line}\n`);
  });
  await inEnvironment(options, async (state, paths) => {
    using clients = new Clients(state, await administrator(paths));
    try {
      await takeSteps(clients, paths, report, table);
    } catch (error) {
      // A step that does not hold is in the report; what else went wrong belongs to the step it happened in.
      const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      if (report.isOpen) report.failed(why);
      else report.interrupted(why);
    }
  });
  const held = report.allHeld(workshopSteps);
  if (options.json)
    process.stdout.write(`${JSON.stringify({ steps: report.steps, objectives: report.byObjective() })}\n`);
  else
    process.stdout.write(
      `\n${report.table(terminalColumns())}\n\n${held ? "All ten steps hold." : "Not every step holds."}\n`,
    );
  return held ? 0 : 1;
};

const columnsElsewhere = 180;

/** The width of the terminal, or a fair one where the output goes to a file. */
function terminalColumns(): number {
  return process.stdout.isTTY ? process.stdout.columns : columnsElsewhere;
}

async function readTable(path: string): Promise<{ name: string; content: Uint8Array }> {
  try {
    return { name: basename(path), content: await readFile(path) };
  } catch {
    throw new Misuse(`--input ${path} cannot be read`);
  }
}

/** In the environment that --data names (it stays running), or in a temporary one that is removed afterwards. */
async function inEnvironment(
  options: CommandOptions,
  body: (state: ServerState, paths: EnvironmentPaths) => Promise<void>,
): Promise<void> {
  if (options.data !== undefined) {
    const paths = pathsOf(options.data, options["key-file"]);
    const runs = (await runningServer(paths)) !== undefined;
    await body(runs ? await requireServer(paths) : await startServer(paths, Number(options.port ?? "0")), paths);
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), "strongroom-workshop-"));
  const paths = pathsOf(join(folder, "data"));
  try {
    const state = await startServer(paths, Number(options.port ?? "0"));
    try {
      await Promise.race([body(state, paths), interruption()]);
    } finally {
      await stopServer(state.pid);
    }
  } finally {
    if (options.keep) process.stdout.write(`kept: ${folder}\n`);
    else await rm(folder, { recursive: true, force: true });
  }
}

/** Rejects when somebody ends the workshop early or nobody reads it any more: the temporary environment goes with it. */
function interruption(): Promise<never> {
  return new Promise((_, reject) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.once(signal, () => reject(new Failure(`ended by ${signal}`)));
    }
    process.stdout.on("error", () => reject(new Failure("nobody reads the output any more")));
  });
}
