import { ec2Id } from "../../platform/index.ts";
import { freeAddress, parseRange } from "./addresses.ts";
import type { Range } from "./addresses.ts";
import { refused } from "./core.ts";
import type { NetworkCore } from "./core.ts";
import { fullAccessPolicy, storedPolicy } from "./endpoint-policy.ts";
import type { NetworkRefusal, VpcEndpoint, VpcEndpoints } from "./network.ts";

type NewEndpoint = Parameters<VpcEndpoints["create"]>[0];

/**
 * A gateway endpoint has no address in EC2: routes lead to it. Here it has one outside every VPC's
 * range, so that whatever an egress rule for 0.0.0.0/0 allows reaches it, as in EC2.
 */
const gatewayRange: Range = { first: parseRange("169.254.171.0/24")?.first ?? 0, prefix: 24 };
const gatewayServices = ["s3"];

export function vpcEndpointsOf(core: NetworkCore): VpcEndpoints {
  const { policyPrincipals } = core.settings;
  const get = (id: string) => core.store.endpoint(id);
  return {
    list: () => core.store.endpoints(),
    get,
    create: async (wanted) => {
      const stored = wanted.policy === undefined ? undefined : storedPolicy(wanted.policy, policyPrincipals);
      if (stored !== undefined && "fault" in stored) return refused("malformed-policy", stored.fault);
      const groupIds = groupsFor(core, wanted);
      const refusal = objection(core, wanted, groupIds);
      if (refusal !== undefined) return refusal;
      const addresses = addressesFor(core, wanted);
      if (addresses === undefined) return refused("range-exhausted", "A subnet has no free address left.");
      const endpoint: VpcEndpoint = {
        vpcEndpointId: ec2Id("vpce"),
        vpcId: wanted.vpcId,
        serviceName: wanted.serviceName,
        type: wanted.type,
        subnetIds: wanted.subnetIds,
        securityGroupIds: wanted.type === "Gateway" ? [] : groupIds,
        addresses,
        ...stored,
        privateDns: wanted.privateDns,
        createdAt: core.now(),
        tags: wanted.tags,
      };
      core.store.addEndpoint(endpoint);
      try {
        await core.openEndpoint(endpoint);
      } catch (error) {
        core.store.removeEndpoint(endpoint.vpcEndpointId);
        throw error;
      }
      return { kind: "created", endpoint };
    },
    setPolicy: (id, policy) => {
      if (get(id) === undefined) return absent(id);
      const stored = policy === undefined ? { policy } : storedPolicy(policy, policyPrincipals);
      if ("fault" in stored) return refused("malformed-policy", stored.fault);
      core.store.setEndpointPolicy(id, stored.policy);
      return { kind: "set" };
    },
    toldPolicy: ({ policy }) => (policy === undefined ? fullAccessPolicy : policyPrincipals.told(policy)),
    delete: async (id) => {
      const endpoint = get(id);
      if (endpoint === undefined) return absent(id);
      core.store.removeEndpoint(id);
      await core.closeEndpoint(endpoint);
      return { kind: "deleted" };
    },
  };
}

const absent = (id: string) => refused("no-such-endpoint", `The Vpc Endpoint Id '${id}' does not exist`);

function groupsFor(core: NetworkCore, { vpcId, securityGroupIds }: NewEndpoint): readonly string[] {
  if (securityGroupIds.length > 0) return securityGroupIds;
  const byDefault = core.store.groups().find((group) => group.vpcId === vpcId && group.name === "default");
  return byDefault === undefined ? [] : [byDefault.groupId];
}

function objection(core: NetworkCore, wanted: NewEndpoint, groupIds: readonly string[]): NetworkRefusal | undefined {
  const { vpcId, serviceName, type, subnetIds } = wanted;
  if (!core.store.vpcs().some((vpc) => vpc.vpcId === vpcId))
    return refused("no-such-vpc", `The vpc ID '${vpcId}' does not exist`);
  const service = core.serviceOf(serviceName);
  const offered = type === "Gateway" ? gatewayServices : core.settings.services;
  if (service === serviceName || !core.settings.services.includes(service) || !offered.includes(service))
    return refused("unsupported-service", `The Vpc Endpoint Service '${serviceName}' does not exist`);
  if (core.endpointsOf(vpcId).some((endpoint) => endpoint.serviceName === serviceName && endpoint.type === type))
    return refused("duplicate-endpoint", `There is already an endpoint for ${serviceName} in ${vpcId}`);
  for (const subnetId of subnetIds)
    if (!core.store.subnets().some((subnet) => subnet.subnetId === subnetId && subnet.vpcId === vpcId))
      return refused("no-such-subnet", `The subnet ID '${subnetId}' does not exist`);
  if (type === "Interface" && subnetIds.length === 0)
    return refused("no-such-subnet", "An interface endpoint needs at least one subnet.");
  for (const groupId of groupIds)
    if (!core.store.groups().some((group) => group.groupId === groupId && group.vpcId === vpcId))
      return refused("no-such-group", `The security group '${groupId}' does not exist`);
  return undefined;
}

/** One address in every subnet, or one of the gateways' range. */
function addressesFor(core: NetworkCore, { vpcId, type, subnetIds }: NewEndpoint): string[] | undefined {
  const taken = core.takenAddresses(vpcId);
  const ranges =
    type === "Gateway"
      ? [gatewayRange]
      : subnetIds.map((id) =>
          parseRange(core.store.subnets().find((subnet) => subnet.subnetId === id)?.cidrBlock ?? ""),
        );
  const addresses: string[] = [];
  for (const range of ranges) {
    const address = range === undefined ? undefined : freeAddress(range, taken);
    if (address === undefined) return undefined;
    taken.add(address);
    addresses.push(address);
  }
  return addresses;
}
