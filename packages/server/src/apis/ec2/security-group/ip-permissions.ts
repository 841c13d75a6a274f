import type { IpPermission, SecurityGroupRule as RuleDocument } from "@aws-sdk/client-ec2";
import { integer, list, type Members, text } from "@strongroom/wire";
import type { NewRule, SecurityGroupRule } from "../../../compute/index.ts";
import { invalidParameter, required } from "../outcome.ts";

const description = text({ max: 255 });

/** The members of IpPermissions. IPv6 ranges and prefix lists are not supported: no VPC has IPv6 or a way to them. */
export const ipPermissions = list<Members<IpPermission>>(
  {
    IpProtocol: text({ max: 10 }),
    FromPort: integer({ min: -1, max: 65_535 }),
    ToPort: integer({ min: -1, max: 65_535 }),
    IpRanges: list({ CidrIp: text({ max: 18 }), Description: description }, { max: 60 }),
    UserIdGroupPairs: list(
      {
        GroupId: text({ max: 32 }),
        UserId: text({ max: 12 }),
        VpcId: text({ max: 32 }),
        Description: description,
      },
      { max: 60 },
    ),
  },
  { max: 60 },
);

interface Permission {
  readonly IpProtocol?: string;
  readonly FromPort?: number;
  readonly ToPort?: number;
  readonly IpRanges?: readonly { readonly CidrIp?: string; readonly Description?: string }[];
  readonly UserIdGroupPairs?: readonly { readonly GroupId?: string; readonly Description?: string }[];
}

const protocols: Readonly<Record<string, NewRule["protocol"]>> = {
  "-1": "-1",
  all: "-1",
  tcp: "tcp",
  "6": "tcp",
  udp: "udp",
  "17": "udp",
  icmp: "icmp",
  "1": "icmp",
};

/** One rule for every peer that is named. */
export function rulesOf(permissions: readonly Permission[] | undefined): NewRule[] {
  const rules = required(permissions, "ipPermissions").flatMap((permission) => {
    const matched = matchOf(permission);
    const ranges = (permission.IpRanges ?? []).map(({ CidrIp, Description = "" }) => ({
      ...matched,
      peer: { cidr: required(CidrIp, "cidrIp") },
      description: Description,
    }));
    const groups = (permission.UserIdGroupPairs ?? []).map(({ GroupId, Description = "" }) => ({
      ...matched,
      peer: { groupId: required(GroupId, "groupId") },
      description: Description,
    }));
    return [...ranges, ...groups];
  });
  if (rules.length === 0) throw invalidParameter("A permission must name an address range or a group.");
  return rules;
}

function matchOf({ IpProtocol, FromPort, ToPort }: Permission): Pick<NewRule, "protocol" | "fromPort" | "toPort"> {
  const name = required(IpProtocol, "ipProtocol").toLowerCase();
  const protocol = Object.hasOwn(protocols, name) ? protocols[name] : undefined;
  if (protocol === undefined) throw invalidParameter(`Invalid value '${name}' for IP protocol.`);
  if (protocol === "-1") return { protocol, fromPort: null, toPort: null };
  if (protocol === "icmp") {
    if ((FromPort ?? -1) !== -1 || (ToPort ?? -1) !== -1)
      throw invalidParameter("Single types of ICMP are not supported; -1 stands for all.");
    return { protocol, fromPort: -1, toPort: -1 };
  }
  const fromPort = required(FromPort, "fromPort");
  const toPort = required(ToPort, "toPort");
  if (fromPort < 0 || toPort < fromPort) throw invalidParameter(`Invalid TCP/UDP port range (${fromPort}:${toPort})`);
  return { protocol, fromPort, toPort };
}

/** Rules of one direction the other way round: one permission for each protocol and port range. */
export function permissionsOf(
  rules: readonly SecurityGroupRule[],
  direction: SecurityGroupRule["direction"],
  accountId: string,
): IpPermission[] {
  const together = Map.groupBy(
    rules.filter((rule) => rule.direction === direction),
    ({ protocol, fromPort, toPort }) => `${protocol} ${fromPort} ${toPort}`,
  );
  return [...together.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    return [
      {
        IpProtocol: first.protocol,
        ...ports(first),
        IpRanges: group.flatMap(({ peer, description }) =>
          "cidr" in peer ? [{ CidrIp: peer.cidr, ...said(description) }] : [],
        ),
        UserIdGroupPairs: group.flatMap(({ peer, description }) =>
          "groupId" in peer ? [{ GroupId: peer.groupId, UserId: accountId, ...said(description) }] : [],
        ),
        Ipv6Ranges: [],
        PrefixListIds: [],
      },
    ];
  });
}

export function ruleDocument(rule: SecurityGroupRule, accountId: string): RuleDocument {
  const { peer } = rule;
  return {
    SecurityGroupRuleId: rule.ruleId,
    GroupId: rule.groupId,
    GroupOwnerId: accountId,
    IsEgress: rule.direction === "egress",
    IpProtocol: rule.protocol,
    FromPort: rule.fromPort ?? -1,
    ToPort: rule.toPort ?? -1,
    ...("cidr" in peer
      ? { CidrIpv4: peer.cidr }
      : { ReferencedGroupInfo: { GroupId: peer.groupId, UserId: accountId } }),
    ...said(rule.description),
  };
}

function ports({ fromPort, toPort }: SecurityGroupRule): { FromPort?: number; ToPort?: number } {
  return fromPort === null || toPort === null ? {} : { FromPort: fromPort, ToPort: toPort };
}

function said(description: string): { Description?: string } {
  return description === "" ? {} : { Description: description };
}
