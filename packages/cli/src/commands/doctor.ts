import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Command } from "../command.ts";
import { Failure } from "../outcome.ts";
import { textTable } from "../text-table.ts";

const serverEntry = fileURLToPath(new URL("../../../server/src/main.ts", import.meta.url));

interface Control {
  readonly control: string;
  readonly enforceable: boolean;
  readonly explanation: string;
  /** false: jobs run without it. */
  readonly needed?: boolean;
}

export const doctor: Command = async (options) => {
  const controls = await probe();
  if (options.json) process.stdout.write(`${JSON.stringify({ controls })}\n`);
  else {
    const rows = controls.map(({ control, enforceable, explanation }) => [
      enforceable ? "yes" : "NO",
      control,
      explanation,
    ]);
    process.stdout.write(`${textTable([["enforced", "control", "how, or why not"], ...rows], [8, 40, 110])}\n`);
  }
  return controls.every(({ enforceable, needed }) => enforceable || needed === false) ? 0 : 1;
};

/** The server's own probe, so that doctor and the refusals of jobs never say different things. */
async function probe(): Promise<Control[]> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [
      "--disable-warning=ExperimentalWarning",
      serverEntry,
      "probe",
    ]);
    return JSON.parse(stdout) as Control[];
  } catch (error) {
    throw new Failure(`the host could not be probed: ${error instanceof Error ? error.message : String(error)}`);
  }
}
