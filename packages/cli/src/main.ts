import { parseArgs } from "node:util";
import { commands } from "./commands/index.ts";
import { Failure, Misuse } from "./outcome.ts";
import type { CommandOptions } from "./command.ts";

/**
 * The command line. It is a client: it starts and stops a server process, and speaks HTTP to it.
 * Exit codes: 0 done, 1 failed or does not hold, 2 used wrongly.
 */
async function run(words: readonly string[]): Promise<number> {
  const [name = "help", ...rest] = words;
  if (name === "help" || name === "--help" || name === "-h") {
    process.stdout.write(usage());
    return 0;
  }
  const command = commands.find((candidate) => candidate.name === name);
  if (command === undefined) throw new Misuse(`there is no command "${name}"\n\n${usage()}`);
  const runCommand = await command.load();
  return await runCommand(read(rest));
}

function read(words: readonly string[]): CommandOptions {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        data: { type: "string" },
        port: { type: "string" },
        "key-file": { type: "string" },
        profile: { type: "string" },
        input: { type: "string" },
        json: { type: "boolean", default: false },
        keep: { type: "boolean", default: false },
        "lift-guardrails": { type: "boolean", default: false },
        "lift-bucket-policy": { type: "string" },
        last: { type: "boolean", default: false },
        user: { type: "string" },
        role: { type: "string" },
        duration: { type: "string" },
        oidc: { type: "string" },
        "client-id": { type: "string" },
        "no-browser": { type: "boolean", default: false },
        device: { type: "boolean", default: false },
        endpoint: { type: "string" },
        ca: { type: "string" },
        certificate: { type: "string" },
        "certificate-key": { type: "string" },
        sealed: { type: "boolean", default: false },
        to: { type: "string" },
        "new-key-file": { type: "string" },
        threshold: { type: "string" },
        shares: { type: "string" },
        out: { type: "string" },
      },
    });
    return { ...values, words: positionals };
  } catch (error) {
    throw new Misuse(error instanceof Error ? error.message : String(error));
  }
}

function usage(): string {
  const lines = commands.flatMap(({ synopsis, summary }) => [`  ./strongroom ${synopsis}`, `      ${summary}`]);
  return [
    "Strongroom: a SageMaker-compatible machine-learning environment that enforces its security settings.",
    "",
    ...lines,
    "",
    "Every command takes --data DIR, the environment's folder (default: ~/.strongroom/data).",
    "Exit codes: 0 done, 1 failed or does not hold, 2 used wrongly.",
    "",
  ].join("\n");
}

// Whoever reads may stop before the end, as `head` does: what was asked for goes on, and nothing more is said.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") return;
  process.stderr.write(`strongroom: standard output: ${error.message}\n`);
  process.exit(1);
});

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  const message = await messageOf(error);
  if (message === undefined) throw error;
  process.stderr.write(`strongroom: ${message}\n`);
  process.exitCode = error instanceof Misuse ? 2 : 1;
}

/** What a person reads: a refusal of the server's, or a connection that failed, is no fault of this program. */
async function messageOf(error: unknown): Promise<string | undefined> {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof Misuse || error instanceof Failure) return error.message;
  const { AdminError } = await import("@strongroom/admin-api");
  if (error instanceof AdminError || "$metadata" in error) return `${error.name}: ${error.message}`;
  if ("syscall" in error) return `the server cannot be reached: ${error.message}`;
  return undefined;
}
