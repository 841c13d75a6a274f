import { spawn } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";

export interface Running {
  readonly process: ChildProcessWithoutNullStreams;
  /** The exit code; null where it was ended, or never began. */
  readonly ended: Promise<number | null>;
  /** The beginning of what it wrote to its standard error. */
  said(): string;
}

export const saidCharactersMax = 4096;

/** Starts a program with nothing of the server's environment. */
export function start(command: string, args: readonly string[], input: Uint8Array = new Uint8Array(0)): Running {
  const env = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" };
  const child = spawn(command, args, { env, cwd: "/", stdio: ["pipe", "pipe", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    if (said.length < saidCharactersMax) said += chunk.toString();
  });
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const ended = new Promise<number | null>((resolve) => {
    child.once("error", () => resolve(null));
    child.once("exit", (code) => resolve(code));
  });
  return { process: child, ended, said: () => said.trim() };
}

/** Runs a program to its end. Throws, with what it said, unless it ends with 0. */
export async function run(command: string, args: readonly string[], input?: Uint8Array): Promise<void> {
  const running = start(command, args, input);
  running.process.stdout.resume();
  const code = await running.ended;
  if (code !== 0) throw new Error(`${command} failed (exit ${code}): ${running.said()}`);
}
