import type { Db } from "../../platform/index.ts";
import { attachmentsOf } from "./attachments.ts";
import { NetworkCore } from "./core.ts";
import type { NetworkSettings } from "./core.ts";
import { NetworkStore } from "./network-store.ts";
import type { Networks } from "./network.ts";
import { networkFacts } from "./resource-facts.ts";
import { removeNamespaces } from "./router.ts";
import { securityGroupsOf } from "./security-groups.ts";
import { networkTagsOf } from "./network-tags.ts";
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
    tags: networkTagsOf(core),
    facts: (arn) => networkFacts(core, arn),
    watch: (watcher) => core.watch(watcher),
    listenIn: (vpcId, address, port) => ({ fd: core.router(vpcId).listen(address, port) }),
    [Symbol.asyncDispose]: async () => {
      if (settings.unavailable === undefined) await removeNamespaces(core.prefix);
    },
  };
}
