import { spawn } from "node:child_process";
import { globSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Command } from "../command.ts";

const root = fileURLToPath(new URL("../../../../", import.meta.url));

/** What is checked before any test runs, in this order; each counts as one. */
const checks: readonly (readonly [string, readonly string[]])[] = [
  ["format", ["npx", "prettier", "--check", "--log-level", "warn", "."]],
  ["lint", ["npx", "eslint", "--max-warnings", "0", "."]],
  ["types", ["npx", "tsc", "--noEmit"]],
  [
    "dependency rules",
    ["npx", "depcruise", "--config", ".dependency-cruiser.cjs", "packages", "labs", "test", "bench"],
  ],
  ["unused code", ["npx", "knip"]],
];

export const test: Command = {
  name: "test",
  synopsis: "test [NAME…]",
  summary: "all checks and tests, or the test files whose path holds one of the names",
  async run(options) {
    const tally = { passed: 0, failed: 0, skipped: 0 };
    if (options.words.length === 0) {
      for (const [name, command] of checks) {
        process.stdout.write(`── ${name}\n`);
        const { code } = await runLoudly(command);
        tally[code === 0 ? "passed" : "failed"] += 1;
      }
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
  },
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

async function runTests(files: readonly string[]): Promise<Tally> {
  const { code, output } = await runLoudly([
    process.execPath,
    "--disable-warning=ExperimentalWarning",
    "--test",
    "--test-concurrency=2",
    "--test-reporter=spec",
    ...files,
  ]);
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

/** Runs a command with its output shown as it comes; resolves to its exit code and what it said. */
function runLoudly([command = "", ...words]: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, words, {
      cwd: root,
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, FORCE_COLOR: "0" },
    });
    const parts: Buffer[] = [];
    child.stdout.on("data", (part: Buffer) => {
      parts.push(part);
      process.stdout.write(part);
    });
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({ code: code ?? 1, output: Buffer.concat(parts).toString("utf8") });
    });
  });
}
