import { freeAddress, parseRange } from "./addresses.ts";
import { endpointParty, refused } from "./core.ts";
import type { AttachedRecord, NetworkCore } from "./core.ts";
import { attachCluster } from "./cluster.ts";
import { link, once } from "./link.ts";
import { connectInNamespace } from "./namespace.ts";
import type { Attached, Attachments, AttachmentEndpoint, NetworkRefusal } from "./network.ts";
import { makeIsolatedNamespace, removeNamespace } from "./router.ts";
import { reachesEndpoint } from "./rules.ts";

type Request = Parameters<Attachments["attach"]>[0];

/** As many as links fit comfortably into one router's rules. */
const attachedPerVpcMax = 500;

export function attachmentsOf(core: NetworkCore): Attachments {
  /** The address given out last in each subnet: the next one is taken first, so that none is soon another's. */
  const latest = new Map<string, string>();
  const attach = async (request: Request, tunnel?: string): Promise<Attached | NetworkRefusal> => {
    const place = placeFor(core, request, latest);
    if ("kind" in place) return place;
    const record: AttachedRecord = {
      ...place,
      ...core.nextNames(),
      ownerId: request.ownerId,
      ...(tunnel === undefined ? {} : { tunnel }),
    };
    latest.set(record.subnetId, record.address);
    core.attached.add(record);
    const wire = { router: core.router(record.vpcId), records: core.attached };
    const { vpcId, subnetId } = record;
    return link(wire, record, { vpcId, subnetId, endpoints: endpointsFor(core, record) });
  };
  const isolated = () => isolate(core);
  return {
    attach: (request) => attach(request),
    isolated,
    cluster: (request) => attachCluster(core, { attach, isolated }, request),
    encryptionFault: core.settings.encryptionFault,
    connect: (vpcId, address, port) => core.router(vpcId).connect(address, port),
    originOf: (vpcId, serviceName, address) => originOf(core, { vpcId, serviceName, address }),
    ownerOf: (vpcId, address) => core.attachedTo(vpcId).find((record) => record.address === address)?.ownerId,
  };
}

async function isolate(core: NetworkCore): Promise<Attached> {
  if (core.settings.unavailable !== undefined) throw new Error(core.settings.unavailable);
  const { namespace } = core.nextNames();
  await makeIsolatedNamespace(namespace);
  return {
    kind: "attached",
    netns: namespace,
    address: "127.0.0.1",
    endpoints: [],
    connect: (port) => connectInNamespace(namespace, "127.0.0.1", port),
    detach: once(() => removeNamespace(namespace)),
  };
}

type Place = Pick<AttachedRecord, "vpcId" | "subnetId" | "address" | "groupIds">;

function placeFor(core: NetworkCore, request: Request, latest: ReadonlyMap<string, string>): Place | NetworkRefusal {
  if (core.settings.unavailable !== undefined) return refused("host-cannot", core.settings.unavailable);
  const stored = core.store.subnets();
  const subnets = [];
  for (const subnetId of request.subnetIds) {
    const subnet = stored.find((other) => other.subnetId === subnetId);
    if (subnet === undefined) return refused("no-such-subnet", `The subnet ID '${subnetId}' does not exist`);
    subnets.push(subnet);
  }
  const vpcId = subnets[0]?.vpcId;
  if (vpcId === undefined) return refused("no-such-subnet", "At least one subnet is needed.");
  if (subnets.some((subnet) => subnet.vpcId !== vpcId)) return refused("wrong-vpc", "All subnets must be in one VPC.");
  if (request.securityGroupIds.length === 0) return refused("no-such-group", "At least one security group is needed.");
  const groups = core.store.groups();
  for (const groupId of request.securityGroupIds) {
    const group = groups.find((other) => other.groupId === groupId);
    if (group === undefined) return refused("no-such-group", `The security group '${groupId}' does not exist`);
    if (group.vpcId !== vpcId)
      return refused("wrong-vpc", `The security group '${groupId}' is not in the VPC of the subnets, ${vpcId}.`);
  }
  if (core.attachedTo(vpcId).length >= attachedPerVpcMax)
    return refused("too-many", `${vpcId} has ${attachedPerVpcMax} attachments, as many as it can hold.`);
  const taken = core.takenAddresses(vpcId);
  for (const { subnetId, cidrBlock } of subnets) {
    const range = parseRange(cidrBlock);
    const address = range === undefined ? undefined : freeAddress(range, taken, latest.get(subnetId));
    if (address !== undefined) return { vpcId, subnetId, address, groupIds: [...request.securityGroupIds] };
  }
  return refused("range-exhausted", "None of the subnets has a free address left.");
}

/** One address of every endpoint: that of the own subnet where there is one. */
function endpointsFor(core: NetworkCore, record: AttachedRecord): AttachmentEndpoint[] {
  return core.endpointsOf(record.vpcId).flatMap((endpoint) => {
    const own = endpoint.addresses[endpoint.subnetIds.indexOf(record.subnetId)] ?? endpoint.addresses[0];
    if (own === undefined) return [];
    return [{ service: core.serviceOf(endpoint.serviceName), vpceId: endpoint.vpcEndpointId, address: own }];
  });
}

function originOf(
  core: NetworkCore,
  { vpcId, serviceName, address }: { vpcId: string; serviceName: string; address: string },
): ReturnType<Attachments["originOf"]> {
  const candidates = core.endpointsOf(vpcId).filter((other) => core.serviceOf(other.serviceName) === serviceName);
  const fullName = `com.amazonaws.${core.settings.region}.${serviceName}`;
  if (candidates.length === 0) return refused("no-such-endpoint", `${vpcId} has no endpoint for ${fullName}.`);
  const record = core.attachedTo(vpcId).find((other) => other.address === address);
  const state = core.state(vpcId);
  const endpoint = candidates.find(
    (one) =>
      record === undefined ||
      one.addresses.some((target) => reachesEndpoint(state, record, endpointParty(one), target)),
  );
  if (endpoint === undefined)
    return refused(
      "blocked-by-groups",
      `The security groups of ${address} do not let it reach ${fullName} in ${vpcId}.`,
    );
  return { kind: "vpc", vpcId, vpceId: endpoint.vpcEndpointId, vpcSourceIp: address };
}
