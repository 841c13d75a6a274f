import { parseRange, rangeHasAddress } from "./addresses.ts";
import type { SecurityGroup, SecurityGroupRule } from "./network.ts";

/** One end of a connection: an address and the security groups that hold for it. */
interface Party {
  readonly address: string;
  readonly groupIds: readonly string[];
}

export interface AttachedParty extends Party {
  /** The router's side of its link. */
  readonly interface: string;
  /** The same for all that speak to each other through an encrypted tunnel and in no other way. */
  readonly tunnel?: string;
}

export interface EndpointParty {
  readonly addresses: readonly string[];
  /** Undefined for a gateway endpoint, which has no groups of its own. */
  readonly groupIds: readonly string[] | undefined;
}

/** All that the rules of one VPC follow from. */
export interface VpcState {
  readonly groups: ReadonlyMap<string, SecurityGroup>;
  readonly attached: readonly AttachedParty[];
  readonly endpoints: readonly EndpointParty[];
}

/** What is let through from one address to another. Ports null: all. */
interface Opening {
  readonly protocol: SecurityGroupRule["protocol"];
  readonly ports: readonly [number, number] | null;
}

export const endpointPort = 443;
export const credentialsAddress = "169.254.170.2";
export const credentialsPort = 80;
/**
 * Where the ends of tunnels are, on both sides. The security groups that AWS's documentation asks for open UDP 500
 * between the hosts of a job; and what runs in a sandbox cannot send from a port below 1024.
 */
export const tunnelPort = 500;

/** What the groups of `self` let through towards (or from) `peer`. */
function openingsOf(state: VpcState, self: Party, direction: "ingress" | "egress", peer: Party): Opening[] {
  const openings: Opening[] = [];
  for (const groupId of self.groupIds)
    for (const rule of state.groups.get(groupId)?.rules ?? [])
      if (rule.direction === direction && isAbout(rule, peer))
        openings.push({ protocol: rule.protocol, ports: portsOf(rule) });
  return openings;
}

function isAbout(rule: SecurityGroupRule, peer: Party): boolean {
  if ("groupId" in rule.peer) return peer.groupIds.includes(rule.peer.groupId);
  const range = parseRange(rule.peer.cidr);
  return range !== undefined && rangeHasAddress(range, peer.address);
}

function portsOf({ fromPort, toPort, protocol }: SecurityGroupRule): readonly [number, number] | null {
  if (protocol === "-1" || fromPort === null || toPort === null || fromPort === -1) return null;
  return [fromPort, toPort];
}

/** What both sides let through: the sender's egress and the receiver's ingress. */
function openingsBetween(state: VpcState, from: Party, to: Party): Opening[] {
  const openings: Opening[] = [];
  for (const out of openingsOf(state, from, "egress", to))
    for (const into of openingsOf(state, to, "ingress", from)) {
      const common = intersect(out, into);
      if (common !== undefined) openings.push(common);
    }
  return openings;
}

function intersect(one: Opening, other: Opening): Opening | undefined {
  if (one.protocol !== "-1" && other.protocol !== "-1" && one.protocol !== other.protocol) return undefined;
  const protocol = one.protocol === "-1" ? other.protocol : one.protocol;
  if (one.ports === null || other.ports === null) return { protocol, ports: one.ports ?? other.ports };
  const ports: [number, number] = [Math.max(one.ports[0], other.ports[0]), Math.min(one.ports[1], other.ports[1])];
  return ports[0] > ports[1] ? undefined : { protocol, ports };
}

/** Whether what is attached may open a connection to an endpoint's address. */
export function reachesEndpoint(
  state: VpcState,
  from: AttachedParty,
  endpoint: EndpointParty,
  address: string,
): boolean {
  const to: Party = { address, groupIds: endpoint.groupIds ?? [] };
  const openings =
    endpoint.groupIds === undefined ? openingsOf(state, from, "egress", to) : openingsBetween(state, from, to);
  return openings.some(
    ({ protocol, ports }) =>
      (protocol === "-1" || protocol === "tcp") &&
      (ports === null || (ports[0] <= endpointPort && endpointPort <= ports[1])),
  );
}

/** Whether one end of a tunnel may open it towards another. */
export function reachesTunnel(state: VpcState, from: AttachedParty, to: AttachedParty): boolean {
  return openingsBetween(state, from, to).some(
    ({ protocol, ports }) =>
      (protocol === "-1" || protocol === "udp") &&
      (ports === null || (ports[0] <= tunnelPort && tunnelPort <= ports[1])),
  );
}

/**
 * The rules of one VPC's router for `nft -f`, replacing those before in one transaction.
 * ① Everything that is not named here is dropped, IPv6 alike; a packet counts only if its address
 * belongs to the interface that it came in on. ④ Between the ends of tunnels nothing passes but the tunnels, not
 * even what belongs to a connection of before.
 */
export function ruleset(state: VpcState): string {
  const genuine = state.attached.map((party) => `"${party.interface}" . ${party.address}`);
  const access = state.attached.flatMap((party) =>
    state.endpoints.flatMap((endpoint) =>
      endpoint.addresses
        .filter((address) => reachesEndpoint(state, party, endpoint, address))
        .map((address) => `"${party.interface}" . ${party.address} . ${address}`),
    ),
  );
  return `table inet strongroom
delete table inet strongroom
table inet strongroom {
  set attached {
    type ifname . ipv4_addr
    ${elements(genuine)}
  }
  set tunnelled {
    type ifname . ifname
    ${elements(tunnelled(state))}
  }
  set access {
    type ifname . ipv4_addr . ipv4_addr
    ${elements(access)}
  }
  chain genuine {
    type filter hook prerouting priority raw; policy drop;
    iifname "lo" accept
    meta nfproto ipv4 iifname . ip saddr @attached accept
  }
  chain input {
    type filter hook input priority filter; policy drop;
    iifname "lo" accept
    ct state established,related accept
    ct state invalid drop
    tcp dport ${endpointPort} iifname . ip saddr . ip daddr @access accept
    ip daddr ${credentialsAddress} tcp dport ${credentialsPort} accept
    meta l4proto tcp reject with tcp reset
    reject with icmp type admin-prohibited
  }
  chain forward {
    type filter hook forward priority filter; policy drop;
    iifname . oifname @tunnelled meta l4proto != udp drop
    iifname . oifname @tunnelled udp sport != ${tunnelPort} drop
    iifname . oifname @tunnelled udp dport != ${tunnelPort} drop
    ct state established,related accept
    ct state invalid drop
${between(state).join("\n")}
    meta l4proto tcp reject with tcp reset
    reject with icmp type admin-prohibited
  }
  chain output {
    type filter hook output priority filter; policy drop;
    oifname "lo" accept
    ct state established,related accept
    icmp type destination-unreachable accept
    meta l4proto tcp oifname . ip daddr @attached accept
  }
}
`;
}

function elements(list: readonly string[]): string {
  return list.length === 0 ? "" : `elements = { ${list.join(", ")} }`;
}

function tunnelled({ attached }: VpcState): string[] {
  return attached.flatMap((from) =>
    attached
      .filter((to) => to !== from && from.tunnel !== undefined && to.tunnel === from.tunnel)
      .map((to) => `"${from.interface}" . "${to.interface}"`),
  );
}

function between(state: VpcState): string[] {
  const lines: string[] = [];
  for (const from of state.attached)
    for (const to of state.attached) {
      if (from === to) continue;
      const ends = `iifname "${from.interface}" ip saddr ${from.address} oifname "${to.interface}" ip daddr ${to.address}`;
      for (const opening of openingsBetween(state, from, to)) lines.push(`    ${ends} ${matchOf(opening)}accept`);
    }
  return [...new Set(lines)];
}

function matchOf({ protocol, ports }: Opening): string {
  switch (protocol) {
    case "-1":
      // Ports without a protocol cannot come out of an intersection: one side named the protocol.
      return "";
    case "icmp":
      return "meta l4proto icmp ";
    case "tcp":
    case "udp":
      return ports === null ? `meta l4proto ${protocol} ` : `${protocol} dport ${ports[0]}-${ports[1]} `;
  }
}
