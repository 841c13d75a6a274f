import type { Db } from "../../platform/index.ts";
import { attachmentsOf } from "./attachments.ts";
import { NetworkCore } from "./core.ts";
import type { NetworkSettings } from "./core.ts";
import { NetworkStore } from "./network-store.ts";
import type { Networks, Tags } from "./network.ts";
import { removeNamespaces } from "./router.ts";
import { securityGroupsOf } from "./security-groups.ts";
import { vpcEndpointsOf } from "./vpc-endpoints.ts";
import { subnetsOf, vpcsOf } from "./vpcs.ts";

/**
 * Opens the networks of one environment. What an earlier server left in the kernel is removed, and the
 * namespaces of all stored VPCs are made again; nothing is attached.
 */
export async function openNetworks(db: Db, settings: NetworkSettings): Promise<Networks> {
  const core = new NetworkCore(new NetworkStore(db), settings);
  if (settings.unavailable === undefined) {
    await removeNamespaces(core.prefix);
    await Promise.all(core.store.vpcs().map(({ vpcId }) => core.openVpc(vpcId)));
  }
  return {
    vpcs: vpcsOf(core),
    subnets: subnetsOf(core),
    securityGroups: securityGroupsOf(core),
    vpcEndpoints: vpcEndpointsOf(core),
    attachments: attachmentsOf(core),
    facts: (arn) => factsOf(core, arn),
    watch: (watcher) => core.watch(watcher),
    listenIn: (vpcId, address, port) => ({ fd: core.router(vpcId).listen(address, port) }),
    [Symbol.asyncDispose]: async () => {
      if (settings.unavailable === undefined) await removeNamespaces(core.prefix);
    },
  };
}

function factsOf({ store }: NetworkCore, arn: string): { tags: Tags } | undefined {
  const [type, id] = arn.split(":").slice(5).join(":").split("/");
  if (type === "vpc") return store.vpcs().find((vpc) => vpc.vpcId === id);
  if (type === "subnet") return store.subnets().find((subnet) => subnet.subnetId === id);
  if (type === "security-group") return store.groups().find((group) => group.groupId === id);
  if (type === "vpc-endpoint") return store.endpoints().find((endpoint) => endpoint.vpcEndpointId === id);
  return undefined;
}
