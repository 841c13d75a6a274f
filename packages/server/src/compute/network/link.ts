import type { AttachedRecord } from "./core.ts";
import type { Attached } from "./network.ts";
import type { Router } from "./router.ts";

/** A router and who is linked to it: its rules follow from these records. */
export interface Wire {
  readonly router: Router;
  readonly records: Set<AttachedRecord>;
}

/** A second detaching is the first one: whoever cleans up need not know who else did. */
export function once(body: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= body());
}

/** Links what is on the router's records already. */
export async function link(
  { router, records }: Wire,
  record: AttachedRecord,
  about: Pick<Attached, "vpcId" | "subnetId" | "endpoints">,
): Promise<Attached> {
  const detach = once(async () => {
    // ① First the rules: nothing passes any more, whatever may still hold the namespace.
    records.delete(record);
    await router.applyRules();
    await router.unlink(record.namespace, record.interface);
  });
  try {
    await router.applyRules();
    await router.link(record.namespace, record.interface, record.address);
  } catch (error) {
    await detach();
    throw error;
  }
  return {
    kind: "attached",
    netns: record.namespace,
    address: record.address,
    ...about,
    connect: (port) => router.connect(record.address, port),
    detach,
  };
}
