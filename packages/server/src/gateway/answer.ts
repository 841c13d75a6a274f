import type { HttpAnswer } from "@strongroom/wire";
import type { Arrival, Gate } from "./gate.ts";
import { gitTarget, travelGit } from "./git-road.ts";
import { preflight } from "./preflight.ts";
import { travel } from "./road.ts";

/** Git's requests have their own form of signature, browsers' preflights have none; everything else takes the road. */
export async function answer(arrival: Arrival, gate: Gate): Promise<HttpAnswer> {
  const git = gitTarget(arrival);
  if (git !== undefined) return await travelGit(arrival, gate, git);
  const told = await preflight(arrival, gate);
  if (told !== undefined) return told;
  const answered = await travel(arrival, gate);
  const more = gate.crossOrigin?.headersFor(arrival.head) ?? [];
  return more.length === 0 ? answered : { ...answered, headers: [...answered.headers, ...more] };
}
