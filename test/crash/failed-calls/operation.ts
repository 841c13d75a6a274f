import type { Clients } from "@strongroom/testkit";
import type { Look } from "../write-ledger.ts";
import type { World } from "./world.ts";

/** One request that is about to be made, and how to see what came of it. */
export interface Attempt {
  readonly run: () => Promise<unknown>;
  readonly look: Look;
  /** What `look` gives where the request took no effect, and where it took all of it. */
  readonly before: string;
  readonly after: string;
}

/** The request was answered, and the answer tells that it failed. */
export class ToldOfFailure extends Error {
  override readonly name = "ToldOfFailure";
}

export interface Operation {
  readonly name: string;
  /** Makes what the request needs, under a name that nothing else has. */
  prepare(x: { readonly clients: Clients; readonly world: World; readonly name: string }): Promise<Attempt>;
}
