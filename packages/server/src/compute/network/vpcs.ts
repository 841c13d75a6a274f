import { ec2Id } from "../../platform/index.ts";
import { formatRange, parseRange, rangeHolds, rangesOverlap, usableAddresses } from "./addresses.ts";
import type { Range } from "./addresses.ts";
import { refused } from "./core.ts";
import type { NetworkCore } from "./core.ts";
import type { Subnet, Subnets, Vpcs } from "./network.ts";
import { addDefaultGroup } from "./security-groups.ts";

/** EC2's bounds of a VPC and of a subnet. */
const prefixes = { least: 16, most: 28 };
const vpcsMax = 200;

/** Ranges that mean something else inside every namespace. */
const unusable = ["0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3"].map((text) => parseRange(text));

export function vpcsOf(core: NetworkCore): Vpcs {
  const get = (vpcId: string) => core.store.vpcs().find((vpc) => vpc.vpcId === vpcId);
  return {
    list: () => core.store.vpcs(),
    get,
    create: async ({ cidrBlock, tags }) => {
      const range = blockOf(cidrBlock);
      if (range === undefined || unusable.some((other) => other !== undefined && rangesOverlap(range, other)))
        return refused("invalid-range", `The CIDR '${cidrBlock}' is invalid.`);
      if (core.store.vpcs().length >= vpcsMax)
        return refused("too-many", "The maximum number of VPCs has been reached.");
      const vpc = { vpcId: ec2Id("vpc"), cidrBlock: formatRange(range), tags };
      core.store.transaction(() => {
        core.store.addVpc(vpc, core.now());
        addDefaultGroup(core, vpc.vpcId);
      });
      try {
        await core.openVpc(vpc.vpcId);
      } catch (error) {
        forget(core, vpc.vpcId);
        throw error;
      }
      return { kind: "created", vpc };
    },
    delete: async (vpcId) => {
      if (get(vpcId) === undefined) return refused("no-such-vpc", `The vpc ID '${vpcId}' does not exist`);
      const inUse =
        core.store.subnets().some((subnet) => subnet.vpcId === vpcId) ||
        core.endpointsOf(vpcId).length > 0 ||
        core.attachedTo(vpcId).length > 0 ||
        core.store.groups().some((group) => group.vpcId === vpcId && group.name !== "default");
      if (inUse) return refused("in-use", `The vpc '${vpcId}' has dependencies and cannot be deleted.`);
      forget(core, vpcId);
      await core.closeVpc(vpcId);
      return { kind: "deleted" };
    },
  };
}

function forget(core: NetworkCore, vpcId: string): void {
  core.store.transaction(() => {
    for (const group of core.store.groups()) if (group.vpcId === vpcId) core.store.removeGroup(group.groupId);
    core.store.removeVpc(vpcId);
  });
}

function blockOf(text: string): Range | undefined {
  const range = parseRange(text);
  if (range === undefined || range.prefix < prefixes.least || range.prefix > prefixes.most) return undefined;
  return range;
}

export function subnetsOf(core: NetworkCore): Subnets {
  const list = (): Subnet[] =>
    core.store.subnets().map((subnet) => ({ ...subnet, availableAddresses: availableIn(core, subnet) }));
  return {
    list,
    get: (subnetId) => list().find((subnet) => subnet.subnetId === subnetId),
    create: ({ vpcId, cidrBlock, availabilityZone, tags }) => {
      const vpc = core.store.vpcs().find((other) => other.vpcId === vpcId);
      if (vpc === undefined) return refused("no-such-vpc", `The vpc ID '${vpcId}' does not exist`);
      const range = blockOf(cidrBlock);
      const whole = parseRange(vpc.cidrBlock);
      if (range === undefined || whole === undefined || !rangeHolds(whole, range))
        return refused("invalid-range", `The CIDR '${cidrBlock}' is invalid.`);
      const conflict = core.store
        .subnets()
        .map((other) => (other.vpcId === vpcId ? parseRange(other.cidrBlock) : undefined))
        .some((other) => other !== undefined && rangesOverlap(other, range));
      if (conflict) return refused("range-conflict", `The CIDR '${cidrBlock}' conflicts with another subnet`);
      const subnet = {
        subnetId: ec2Id("subnet"),
        vpcId,
        cidrBlock: formatRange(range),
        availabilityZone: availabilityZone ?? `${core.settings.region}a`,
        tags,
      };
      core.store.addSubnet(subnet, core.now());
      return { kind: "created", subnet: { ...subnet, availableAddresses: usableAddresses(range) } };
    },
    delete: (subnetId) => {
      const subnet = core.store.subnets().find((other) => other.subnetId === subnetId);
      if (subnet === undefined) return refused("no-such-subnet", `The subnet ID '${subnetId}' does not exist`);
      const inUse =
        [...core.attached].some((record) => record.subnetId === subnetId) ||
        core.endpointsOf(subnet.vpcId).some((endpoint) => endpoint.subnetIds.includes(subnetId));
      if (inUse) return refused("in-use", `The subnet '${subnetId}' has dependencies and cannot be deleted.`);
      core.store.removeSubnet(subnetId);
      return { kind: "deleted" };
    },
  };
}

function availableIn(core: NetworkCore, subnet: { vpcId: string; cidrBlock: string }): number {
  const range = parseRange(subnet.cidrBlock);
  if (range === undefined) return 0;
  const taken = [...core.takenAddresses(subnet.vpcId)].map((address) => parseRange(`${address}/32`));
  return usableAddresses(range) - taken.filter((one) => one !== undefined && rangeHolds(range, one)).length;
}
