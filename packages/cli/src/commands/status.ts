import type { Command } from "../command.ts";
import { pathsOf, runningServer } from "../environment.ts";

export const status: Command = async (options) => {
  const paths = pathsOf(options.data);
  const state = await runningServer(paths);
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ dataDir: paths.dataDir, running: state !== undefined, ...state })}\n`);
  } else if (state === undefined) {
    process.stdout.write(`Nothing runs on ${paths.dataDir}.\n`);
  } else if (state.sealed === true) {
    process.stdout.write(`Sealed: process ${state.pid}, data ${paths.dataDir}; open it with ./strongroom unseal\n`);
  } else {
    process.stdout.write(`Running: ${state.endpoint}, process ${state.pid}, data ${paths.dataDir}\n`);
  }
  return state === undefined || state.sealed === true ? 1 : 0;
};
