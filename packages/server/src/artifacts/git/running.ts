import { spawn } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { Duplex } from "node:stream";

const saidCharactersMax = 4096;

/** A process of ours with pipes on all sides. It is killed when the server dies. */
export interface Running {
  readonly process: ChildProcessWithoutNullStreams;
  /** Both ways, the descriptor 3 of the process and of all that it starts; only where it was asked for. */
  readonly channel: Duplex | undefined;
  /** Exit code; null where it did not start or was killed. */
  readonly ended: Promise<number | null>;
  /** The beginning of what it wrote to its standard error. */
  said(): string;
}

export function start(
  command: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  { withChannel = false } = {},
): Running {
  const child = spawn("/usr/bin/setpriv", ["--pdeathsig", "KILL", "--", ...command], {
    env: { PATH: "/usr/bin:/bin", ...environment },
    cwd: "/",
    stdio: withChannel ? ["pipe", "pipe", "pipe", "pipe"] : ["pipe", "pipe", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    if (said.length < saidCharactersMax) said += chunk.toString();
  });
  // A process that ends before it has read its input closes the pipe: what it says tells why.
  child.stdin.on("error", () => undefined);
  const [, , , channel] = child.stdio;
  channel?.on("error", () => undefined);
  const ended = new Promise<number | null>((resolve) => {
    child.once("error", () => {
      resolve(null);
    });
    child.once("close", (code) => {
      resolve(code);
    });
  });
  return { process: child, channel: channel instanceof Duplex ? channel : undefined, ended, said: () => said.trim() };
}
