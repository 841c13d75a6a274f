import type { HttpAnswer } from "@strongroom/wire";
import type { Arrival, Gate } from "./gate.ts";
import { gitTarget, travelGit } from "./git-road.ts";
import { travel } from "./road.ts";

/** Git's requests have their own form of signature; everything else takes the road. */
export async function answer(arrival: Arrival, gate: Gate): Promise<HttpAnswer> {
  const git = gitTarget(arrival);
  return git === undefined ? await travel(arrival, gate) : await travelGit(arrival, gate, git);
}
