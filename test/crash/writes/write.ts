import type { Clients } from "@strongroom/testkit";
import type { Seeded } from "../../../packages/server/src/platform/testing/seeded.ts";
import type { Ledger } from "../write-ledger.ts";
import type { World } from "./world.ts";

/** What one writer has at hand for one write, under a name that nothing else has. */
export interface Hand {
  readonly clients: Clients;
  readonly ledger: Ledger;
  readonly random: Seeded;
  readonly world: World;
  readonly name: string;
}

/** Writes something and enters it in the ledger; rejects once the server is gone. */
export type Write = (hand: Hand) => Promise<void>;
