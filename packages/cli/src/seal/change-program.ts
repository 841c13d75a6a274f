import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Failure } from "../outcome.ts";
import type { SealStatus } from "./sealed-server.ts";

const serverEntry = fileURLToPath(new URL("../../../server/src/main.ts", import.meta.url));

export interface ChangeOfSeal {
  /** What opens the seal now, in the form that the program takes. */
  readonly from: (status: SealStatus) => Promise<object>;
  readonly to: () => Promise<object>;
  /** Puts shares where they are kept. */
  readonly keep: (shares: readonly string[]) => Promise<void>;
}

type Line =
  | { readonly sealed: SealStatus }
  | { readonly shares: readonly string[] }
  | { readonly changed: { readonly from: string; readonly to: string } }
  | { readonly problem: string };

/**
 * Runs the server's program that puts the root under another secret. Secrets go through its standard input. Throws
 * Failure with its own words where it refuses.
 */
export async function changeSeal(
  dataDir: string,
  { from, to, keep }: ChangeOfSeal,
): Promise<{ from: string; to: string }> {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", serverEntry, "seal"], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, STRONGROOM_DATA: dataDir },
  });
  child.stdin.on("error", () => undefined);
  try {
    for await (const text of createInterface({ input: child.stdout })) {
      const line = JSON.parse(text) as Line;
      if ("problem" in line) throw new Failure(line.problem);
      if ("changed" in line) return line.changed;
      if ("sealed" in line) child.stdin.write(`${JSON.stringify({ from: await from(line.sealed), to: await to() })}\n`);
      else {
        await keep(line.shares);
        child.stdin.write(`${JSON.stringify({ kept: true })}\n`);
      }
    }
  } finally {
    // Its input ends: a program that still waits for an order or a word changes nothing.
    child.stdin.end();
  }
  throw new Failure("the change of the seal ended without an answer; look with ./strongroom up which secret opens it");
}
