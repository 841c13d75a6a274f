import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** How a program ended. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program to its end. Its environment is what is given, PATH and HOME, where Node keeps what it compiled, and
 * nothing of the developer's own: a profile or proxy of theirs takes no part.
 */
export async function run(
  program: string,
  words: readonly string[],
  options: {
    readonly environment?: Readonly<Record<string, string>>;
    readonly folder?: string;
    readonly input?: string | Uint8Array;
  } = {},
): Promise<Ran> {
  const { environment = {}, folder, input } = options;
  const child = spawn(program, words, {
    ...(folder === undefined ? {} : { cwd: folder }),
    env: { ...kept(), HOME: folder ?? "/nonexistent", ...environment },
    stdio: ["pipe", "pipe", "pipe"],
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (part: Buffer) => stdout.push(part));
  child.stderr.on("data", (part: Buffer) => stderr.push(part));
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const code = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (ended) => {
      resolve(ended ?? 1);
    });
  });
  return { code, stdout: Buffer.concat(stdout).toString("utf8"), stderr: Buffer.concat(stderr).toString("utf8") };
}

function kept(): Readonly<Record<string, string>> {
  const names = ["PATH", "NODE_COMPILE_CACHE"].map((name) => [name, process.env[name]] as const);
  return Object.fromEntries(names.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

/** The path of one of the official clients that `./strongroom test` installs; undefined where it is not there. */
export function clientProgram(name: "aws" | "python" | "git-remote-codecommit"): string | undefined {
  const path = fileURLToPath(new URL(`../../../.runtime/clients/bin/${name}`, import.meta.url));
  return existsSync(path) ? path : undefined;
}
