import type { Clients } from "@strongroom/testkit";
import type { Seeded } from "../../packages/server/src/platform/testing/seeded.ts";
import type { Ledger } from "./write-ledger.ts";
import { codeWrites } from "./writes/code-writes.ts";
import { keyWrites } from "./writes/key-writes.ts";
import { objectWrites } from "./writes/object-writes.ts";
import { peopleWrites } from "./writes/people-writes.ts";
import type { World } from "./writes/world.ts";

const writes = [...objectWrites, ...objectWrites, ...keyWrites, ...peopleWrites];
/** Each starts several processes of git. */
const codeChance = 0.06;
const writers = 4;

/** Writes until the server is being killed. Whatever fails before that is a fault. */
export function mixedLoads(x: {
  readonly clients: Clients;
  readonly ledger: Ledger;
  readonly random: Seeded;
  readonly world: World;
  readonly round: number;
  readonly isKilled: () => boolean;
}): Promise<void>[] {
  return Array.from({ length: writers }, async (_, writer) => {
    for (let at = 0; ; at += 1) {
      const write = x.random.one(x.random.chance(codeChance) ? codeWrites : writes);
      try {
        await write({ ...x, name: `r${x.round}.${writer}.${at}` });
      } catch (error) {
        if (x.isKilled() && !isRefusal(error)) return;
        throw error;
      }
    }
  });
}

/** An answer that says no, as opposed to none. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && "$response" in error && error.$response !== undefined;
}
