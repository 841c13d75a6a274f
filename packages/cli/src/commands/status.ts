import type { Command } from "../command.ts";
import { pathsOf, runningServer } from "../environment.ts";

export const status: Command = {
  name: "status",
  synopsis: "status [--data DIR] [--json]",
  summary: "what runs; exit code 1 where nothing does",
  async run(options) {
    const paths = pathsOf(options.data);
    const state = await runningServer(paths);
    if (options.json) {
      process.stdout.write(`${JSON.stringify({ dataDir: paths.dataDir, running: state !== undefined, ...state })}\n`);
    } else if (state === undefined) {
      process.stdout.write(`Nothing runs on ${paths.dataDir}.\n`);
    } else {
      process.stdout.write(`Running: ${state.endpoint}, process ${state.pid}, data ${paths.dataDir}\n`);
    }
    return state === undefined ? 1 : 0;
  },
};
