import type { Store } from "../../artifacts/index.ts";
import type { Enclosed } from "../enclosure/index.ts";
import { downloadObjects, findObjects } from "./download.ts";
import type { Wanted } from "./download.ts";
import { clientError, isNoSpace, volumeFull } from "./failure.ts";
import type { InputEvidence, ObjectVersion } from "./job.ts";
import type { JobPlan, PlannedInput } from "./job-plan.ts";

interface Bringing {
  readonly objects: Pick<Store, "get" | "list">;
  readonly hosts: readonly [Enclosed, ...Enclosed[]];
  readonly signal: AbortSignal;
}

/**
 * Brings a job's inputs onto the volumes of its hosts: what the prefixes name now or, for a reproduction, exactly
 * the recorded versions. ⑧ An object is read in the same version by all hosts that get it.
 */
export async function bringInputs(bringing: Bringing, plan: JobPlan): Promise<InputEvidence[]> {
  const evidence: InputEvidence[] = [];
  for (const input of plan.inputs) {
    const pinned = plan.pins?.inputs.find(({ name }) => name === input.name);
    if (plan.pins !== undefined && pinned === undefined) {
      throw clientError(`the input ${input.name} has no recorded versions`);
    }
    try {
      const authority = bringing.hosts[0].authority();
      const wanted = pinned?.objects ?? (await findObjects(bringing.objects, authority, input));
      const bring = input.distribution === "ShardedByS3Key" ? bringShares : bringAll;
      evidence.push({ name: input.name, s3Uri: input.s3Uri, objects: await bring(bringing, input, wanted) });
    } catch (error) {
      if (!bringing.signal.aborted) throw isNoSpace(error) ? volumeFull(plan.volumeSizeGiB) : error;
      return evidence;
    }
  }
  return evidence;
}

/** What the first host has read is what the others are held to. */
async function bringAll(
  bringing: Bringing,
  input: PlannedInput,
  wanted: readonly Wanted[],
): Promise<readonly ObjectVersion[]> {
  const [first, ...others] = bringing.hosts;
  const objects = await downloadObjects(forHost(bringing, first), input, wanted);
  await Promise.all(others.map((host) => downloadObjects(forHost(bringing, host), input, objects)));
  return objects;
}

/** One object to each host in turn, in the order of their keys: with the same objects, the same shares. */
async function bringShares(
  bringing: Bringing,
  input: PlannedInput,
  wanted: readonly Wanted[],
): Promise<readonly ObjectVersion[]> {
  const { hosts } = bringing;
  const shares = await Promise.all(
    hosts.map((host, turn) => {
      const share = wanted.filter((_, index) => index % hosts.length === turn);
      return downloadObjects(forHost(bringing, host), input, share);
    }),
  );
  return wanted.flatMap((_, index) => shares[index % hosts.length]?.[Math.floor(index / hosts.length)] ?? []);
}

function forHost({ objects, signal }: Bringing, host: Enclosed): Parameters<typeof downloadObjects>[0] {
  return { store: objects, authority: host.authority(), root: host.root, signal };
}
