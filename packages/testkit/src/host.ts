import { probeHost } from "@strongroom/server";

/**
 * What keeps a house from running on this machine, in one sentence; false where nothing does.
 * For node:test: `describe("…", { skip: await hostLacks() }, …)`.
 */
export async function hostLacks(): Promise<string | false> {
  const missing = (await probeHost()).flatMap((entry) =>
    entry.enforceable || !entry.needed ? [] : [`${entry.control} (${entry.whyNot})`],
  );
  return missing.length > 0 && `this host lacks ${missing.join("; ")}`;
}
