import { freeAddress, parseRange } from "./addresses.ts";
import { refused } from "./core.ts";
import type { AttachedRecord, NetworkCore } from "./core.ts";
import { link } from "./link.ts";
import type { Wire } from "./link.ts";
import type { Attached, AttachedCluster, ClusterRequest, NetworkRefusal, SecurityGroup } from "./network.ts";
import { Router } from "./router.ts";
import { reachesTunnel } from "./rules.ts";
import { openTunnels } from "./tunnel.ts";

type Place = NonNullable<ClusterRequest["place"]>;

/** How one host is attached; those with the same `tunnel` reach each other through it alone. */
interface Ways {
  attach(request: Place & { readonly ownerId: string }, tunnel?: string): Promise<Attached | NetworkRefusal>;
  isolated(): Promise<Attached>;
}

/** Attaches all hosts of a job, and puts tunnels between them where their traffic is to be encrypted. */
export async function attachCluster(
  core: NetworkCore,
  ways: Ways,
  request: ClusterRequest,
): Promise<AttachedCluster | NetworkRefusal> {
  const isEncrypted = request.isEncrypted && request.count > 1;
  const { unavailable, encryptionFault } = core.settings;
  if (isEncrypted && encryptionFault !== undefined) return refused("host-cannot", encryptionFault);
  if (unavailable !== undefined) return refused("host-cannot", unavailable);
  await using made = new AsyncDisposableStack();
  // ④ Who is to use a tunnel is on the rules' records before it is linked: no plain packet passes in between.
  const tunnel = isEncrypted ? request.ownerId : undefined;
  const attached = await hostsOf(core, ways, request, tunnel, made);
  if ("kind" in attached) return attached;
  let broken = new Promise<string>(() => undefined);
  if (isEncrypted) {
    const fault = groupFault(core, attached);
    if (fault !== undefined) return refused("blocked-by-groups", fault);
    const tunnels = made.use(await openTunnels(attached));
    broken = tunnels.broken;
  }
  const owned = made.move();
  return { kind: "attached", hosts: attached, broken, detach: () => owned.disposeAsync() };
}

async function hostsOf(
  core: NetworkCore,
  ways: Ways,
  { count, ownerId, place }: ClusterRequest,
  tunnel: string | undefined,
  made: AsyncDisposableStack,
): Promise<Attached[] | NetworkRefusal> {
  const keep = (host: Attached): Attached => made.adopt(host, (attached) => attached.detach());
  if (place === undefined && count === 1) return [keep(await ways.isolated())];
  const wire = place === undefined ? await privateWire(core, made) : undefined;
  const hosts: Attached[] = [];
  for (let index = 0; index < count; index += 1) {
    const host =
      place === undefined
        ? await linkPrivately(core, wire, ownerId, tunnel)
        : await ways.attach({ ...place, ownerId }, tunnel);
    if (host.kind === "refused") return host;
    hosts.push(keep(host));
  }
  return hosts;
}

/** The group of all hosts on a router of their own, whose members may say anything to each other. */
const peers = "peers";
const anything = { protocol: "-1", fromPort: null, toPort: null, peer: { groupId: peers }, description: "" } as const;
const peerGroup: SecurityGroup = {
  groupId: peers,
  vpcId: "",
  name: peers,
  description: "",
  rules: (["ingress", "egress"] as const).map((direction) => ({
    ...anything,
    ruleId: direction,
    groupId: peers,
    direction,
  })),
  tags: {},
};
/** Nobody else is on such a router: any range does. */
const privateRange = parseRange("10.0.0.0/24") ?? { first: 0, prefix: 24 };

/** ① A router for hosts that reach each other, and neither an endpoint nor anything else. */
async function privateWire(core: NetworkCore, made: AsyncDisposableStack): Promise<Wire> {
  const records = new Set<AttachedRecord>();
  const state = () => ({ groups: new Map([[peers, peerGroup]]), attached: [...records], endpoints: [] });
  const router = new Router(core.nextNames().namespace, state);
  made.defer(() => router.remove().catch(() => undefined));
  await router.create([]);
  return { router, records };
}

async function linkPrivately(
  core: NetworkCore,
  wire: Wire | undefined,
  ownerId: string,
  tunnel: string | undefined,
): Promise<Attached | NetworkRefusal> {
  const taken = new Set(wire?.records.values().map(({ address }) => address));
  const address = freeAddress(privateRange, taken);
  if (wire === undefined || address === undefined) return refused("range-exhausted", "There is no free address left.");
  const record: AttachedRecord = {
    ...{ ownerId, vpcId: "", subnetId: "", address, groupIds: [peers] },
    ...core.nextNames(),
    ...(tunnel === undefined ? {} : { tunnel }),
  };
  wire.records.add(record);
  return link(wire, record, { endpoints: [] });
}

/** The hosts of one VPC whose groups do not let their tunnels through. */
function groupFault(core: NetworkCore, hosts: readonly Attached[]): string | undefined {
  for (const { vpcId, address } of hosts) {
    if (vpcId === undefined) continue;
    const state = core.state(vpcId);
    const from = state.attached.find((party) => party.address === address);
    for (const to of state.attached) {
      if (from === undefined || to === from || to.tunnel !== from.tunnel) continue;
      if (reachesTunnel(state, from, to)) continue;
      return (
        `The security groups of ${address} and ${to.address} do not let the encrypted traffic between the job's hosts ` +
        `pass: they have to allow UDP 500 to and from each other.`
      );
    }
  }
  return undefined;
}
