import { spawn } from "node:child_process";
import { globSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Command } from "../command.ts";

const root = fileURLToPath(new URL("../../../../", import.meta.url));

/** How many checks, and how many files of tests, run side by side: a third of a test's time is waiting. */
const checksAtOnce = 2;
const filesAtOnce = 3;

/** What is checked before any test runs, what takes longest first; each counts as one. */
const checks: readonly (readonly [string, readonly string[]])[] = [
  ["lint", ["npx", "eslint", "--max-warnings", "0", "."]],
  ["format", ["npx", "prettier", "--check", "--log-level", "warn", "."]],
  ["types", ["npx", "tsc", "--noEmit"]],
  [
    "dependency rules",
    ["npx", "depcruise", "--config", ".dependency-cruiser.cjs", "packages", "labs", "test", "bench"],
  ],
  ["unused code", ["npx", "knip"]],
];

export const test: Command = async (options) => {
  const tally = { passed: 0, failed: 0, skipped: 0 };
  if (options.words.length === 0) {
    const waiting = checks.values();
    await Promise.all(Array.from({ length: checksAtOnce }, () => runChecks(waiting, tally)));
  }
  const files = globSync(["packages/**/*.test.ts", "test/**/*.test.ts", "labs/**/*.test.ts"], {
    cwd: root,
    exclude: (name) => name.includes("node_modules"),
  })
    .filter((path) => options.words.length === 0 || options.words.some((word) => path.includes(word)))
    .sort();
  process.stdout.write(`── ${files.length} test files\n`);
  if (files.length > 0) add(tally, await runTests(files));
  process.stdout.write(
    `${tally.passed} passed, ${tally.failed} failed${tally.skipped > 0 ? `, ${tally.skipped} skipped` : ""}\n`,
  );
  return tally.failed === 0 && tally.passed > 0 ? 0 : 1;
};

interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

function add(tally: Tally, more: Tally): void {
  tally.passed += more.passed;
  tally.failed += more.failed;
  tally.skipped += more.skipped;
}

/** Runs what another one has not begun; what a check says is shown in one piece, once it has ended. */
async function runChecks(waiting: IterableIterator<(typeof checks)[number]>, tally: Tally): Promise<void> {
  for (const [name, command] of waiting) {
    const { code, output } = await runCommand(command, () => undefined);
    process.stdout.write(`── ${name}: ${code === 0 ? "holds" : "FAILED"}\n${output}`);
    tally[code === 0 ? "passed" : "failed"] += 1;
  }
}

async function runTests(files: readonly string[]): Promise<Tally> {
  const { code, output } = await runCommand(
    [
      process.execPath,
      "--disable-warning=ExperimentalWarning",
      "--test",
      `--test-concurrency=${filesAtOnce}`,
      "--test-reporter=spec",
      ...files,
    ],
    (part) => process.stdout.write(part),
  );
  const count = (word: string) => Number(new RegExp(`^ℹ ${word} (\\d+)$`, "m").exec(output)?.[1] ?? "0");
  const tally = {
    passed: count("pass"),
    failed: count("fail") + count("cancelled"),
    skipped: count("skipped") + count("todo"),
  };
  // A runner that broke without counting a failure has failed all the same.
  if (code !== 0 && tally.failed === 0) tally.failed = 1;
  return tally;
}

/** Runs a command; resolves to its exit code and what it said, which `show` is given as it comes. */
function runCommand(
  [command = "", ...words]: readonly string[],
  show: (part: Buffer) => void,
): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, words, {
      cwd: root,
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, FORCE_COLOR: "0" },
    });
    const parts: Buffer[] = [];
    child.stdout.on("data", (part: Buffer) => {
      parts.push(part);
      show(part);
    });
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({ code: code ?? 1, output: Buffer.concat(parts).toString("utf8") });
    });
  });
}
