import { spawn } from "node:child_process";
import { globSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Command } from "../command.ts";
import { Misuse } from "../outcome.ts";

const root = fileURLToPath(new URL("../../../../", import.meta.url));

export const bench: Command = async (options) => {
  const files = globSync("bench/*.bench.ts", { cwd: root })
    .filter((path) => options.words.length === 0 || options.words.some((word) => path.includes(word)))
    .sort();
  if (files.length === 0) throw new Misuse(`no benchmark is called ${options.words.join(" or ")}`);
  let worst = 0;
  for (const file of files) worst = Math.max(worst, await runBench(file));
  return worst;
};

function runBench(file: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", file], {
      cwd: root,
      stdio: "inherit",
    });
    child.on("error", reject);
    child.on("close", (code) => {
      resolve(code === 0 ? 0 : 1);
    });
  });
}
