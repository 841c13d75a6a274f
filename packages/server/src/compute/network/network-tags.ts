import type { NetworkCore } from "./core.ts";
import type { NetworkTags, TaggedResource } from "./network.ts";

export const networkTagsMax = 50;

export function networkTagsOf({ store }: NetworkCore): NetworkTags {
  const list = (): TaggedResource[] => [
    ...store.vpcs().map(({ vpcId, tags }) => ({ type: "vpc" as const, id: vpcId, tags })),
    ...store.subnets().map(({ subnetId, tags }) => ({ type: "subnet" as const, id: subnetId, tags })),
    ...store.groups().map(({ groupId, tags }) => ({ type: "security-group" as const, id: groupId, tags })),
    ...store.endpoints().map(({ vpcEndpointId, tags }) => ({ type: "vpc-endpoint" as const, id: vpcEndpointId, tags })),
  ];
  const get = (id: string) => list().find((resource) => resource.id === id);
  return {
    list,
    get,
    put(ids, tags) {
      const changed = ids.map((id) => ({ id, tags: { ...get(id)?.tags, ...tags } }));
      if (changed.some((one) => Object.keys(one.tags).length > networkTagsMax)) return "too-many";
      store.transaction(() => {
        for (const one of changed) store.setTags(one.id, one.tags);
      });
      return "stored";
    },
    remove(ids, tags) {
      store.transaction(() => {
        for (const id of ids) {
          const kept = Object.entries(get(id)?.tags ?? {}).filter(
            ([key, value]) => tags?.every((one) => one.key !== key || (one.value ?? value) !== value) ?? false,
          );
          store.setTags(id, Object.fromEntries(kept));
        }
      });
    },
  };
}
