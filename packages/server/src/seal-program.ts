import { createInterface } from "node:readline";
import { holdFolder } from "./data-folder.ts";
import {
  changeSeal,
  openUnsealing,
  readShares,
  type NewSecret,
  type SealChange,
  type SealSecret,
} from "./encryption/index.ts";
import { systemClock, type SecretConfig } from "./platform/index.ts";
import { secretOf } from "./unseal.ts";

type Given = Exclude<SecretConfig, { readonly kind: "asked" }>;
/** What the command line asks for; it found out what the seal is from this program's first line. */
interface ChangeOrder {
  readonly from: Given | { readonly kind: "shares"; readonly texts: readonly string[] };
  readonly to: Given | { readonly kind: "shares"; readonly threshold: number; readonly count: number };
}

/**
 * Puts a stopped environment's root under another secret, for the command line: it says what the seal is, reads the
 * order as one line of JSON, hands new shares out, waits for the line that says that they are kept, and says what came of
 * it. Secrets pass through these pipes alone, never through arguments, where other users could read them.
 */
export async function runSealProgram(dataDir: string, say: (line: object) => void): Promise<number> {
  await using held = new AsyncDisposableStack();
  held.use(await holdFolder(dataDir));
  const unsealing = await openUnsealing(dataDir, systemClock);
  if ("kind" in unsealing) {
    say({ problem: explain(unsealing, dataDir) });
    return 1;
  }
  say({ sealed: unsealing.status() });
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  const next = async (): Promise<unknown> => {
    const { value, done } = await lines.next();
    return done === true ? undefined : JSON.parse(value);
  };
  const order = (await next()) as ChangeOrder | undefined;
  if (order === undefined) return 1;
  const from = await currentSecret(dataDir, order.from);
  if ("refused" in from) {
    say({ problem: from.refused });
    return 1;
  }
  const to: NewSecret = order.to.kind === "shares" ? order.to : await secretOf(order.to);
  const handOut = async (shares: readonly string[]) => {
    say({ shares });
    return ((await next()) as { kept?: boolean } | undefined)?.kept === true;
  };
  const outcome = await changeSeal(dataDir, { from, to, handOut });
  const changed = outcome.kind === "changed";
  say(changed ? { changed: { from: outcome.from, to: outcome.to } } : { problem: explain(outcome, dataDir) });
  return changed ? 0 : 1;
}

async function currentSecret(dataDir: string, from: ChangeOrder["from"]): Promise<SealSecret | { refused: string }> {
  if (from.kind !== "shares") return await secretOf(from);
  const shares = await readShares(dataDir, from.texts);
  return "refused" in shares ? shares : { kind: "shares", shares };
}

function explain(outcome: Exclude<SealChange, { readonly kind: "changed" }>, dataDir: string): string {
  switch (outcome.kind) {
    case "wrong-secret":
      return `this secret does not open the seal of ${dataDir}: it was made with a ${outcome.expects}; nothing was changed`;
    case "refused":
    case "weak-secret":
      return outcome.message;
    case "shares-not-kept":
      return "the shares were not kept: nothing was changed, and they open nothing";
    case "no-seal":
      return `${dataDir} has no seal yet`;
    case "damaged":
      return `${outcome.path} was changed and cannot be read: put back a copy of it`;
  }
}
