import { ec2Id } from "../../platform/index.ts";
import { formatRange, parseRange } from "./addresses.ts";
import { refused } from "./core.ts";
import type { NetworkCore } from "./core.ts";
import type { NetworkRefusal, NewRule, SecurityGroup, SecurityGroupRule, SecurityGroups } from "./network.ts";

const rulesPerGroupMax = 120;

type Direction = SecurityGroupRule["direction"];
type RuleRequest = Parameters<SecurityGroups["revoke"]>[0];

/** As EC2 has it: every group starts with leave to go anywhere, which here ends at the VPC's edge. */
const everywhere: NewRule = {
  protocol: "-1",
  fromPort: null,
  toPort: null,
  peer: { cidr: "0.0.0.0/0" },
  description: "",
};

/** Every VPC has a group named default, whose members reach each other. */
export function addDefaultGroup(core: NetworkCore, vpcId: string): void {
  const group = { groupId: ec2Id("sg"), vpcId, name: "default", description: "default VPC security group", tags: {} };
  core.store.addGroup(group, core.now());
  core.store.addRule(ruleOf(group.groupId, "egress", everywhere));
  core.store.addRule(ruleOf(group.groupId, "ingress", { ...everywhere, peer: { groupId: group.groupId } }));
}

function ruleOf(groupId: string, direction: Direction, rule: NewRule): SecurityGroupRule {
  return { ...rule, ruleId: ec2Id("sgr"), groupId, direction };
}

export function securityGroupsOf(core: NetworkCore): SecurityGroups {
  const get = (groupId: string) => core.store.groups().find((group) => group.groupId === groupId);
  return {
    list: () => core.store.groups(),
    get,
    create: ({ vpcId, name, description, tags }) => {
      if (!core.store.vpcs().some((vpc) => vpc.vpcId === vpcId))
        return refused("no-such-vpc", `The vpc ID '${vpcId}' does not exist`);
      if (core.store.groups().some((group) => group.vpcId === vpcId && group.name === name))
        return refused("duplicate-group", `The security group '${name}' already exists for VPC '${vpcId}'`);
      const group = { groupId: ec2Id("sg"), vpcId, name, description, tags };
      const rules = [ruleOf(group.groupId, "egress", everywhere)];
      core.store.transaction(() => {
        core.store.addGroup(group, core.now());
        for (const rule of rules) core.store.addRule(rule);
      });
      return { kind: "created", group: { ...group, rules } };
    },
    delete: (groupId) => deleteGroup(core, get(groupId), groupId),
    authorize: async ({ groupId, direction, rules }) => authorize(core, get(groupId), { groupId, direction, rules }),
    revoke: async (request) => revoke(core, get(request.groupId), request),
  };
}

function deleteGroup(
  core: NetworkCore,
  group: SecurityGroup | undefined,
  groupId: string,
): { kind: "deleted" } | NetworkRefusal {
  if (group === undefined) return noSuchGroup(groupId);
  if (group.name === "default")
    return refused("default-group", `the specified group: "${groupId}" is the default group`);
  const inUse =
    [...core.attached].some((record) => record.groupIds.includes(groupId)) ||
    core.endpointsOf(group.vpcId).some((endpoint) => endpoint.securityGroupIds.includes(groupId)) ||
    core.store
      .groups()
      .some(
        (other) =>
          other.groupId !== groupId &&
          other.rules.some((rule) => "groupId" in rule.peer && rule.peer.groupId === groupId),
      );
  if (inUse) return refused("in-use", `resource ${groupId} has a dependent object`);
  core.store.removeGroup(groupId);
  return { kind: "deleted" };
}

function noSuchGroup(groupId: string): NetworkRefusal {
  return refused("no-such-group", `The security group '${groupId}' does not exist`);
}

async function authorize(
  core: NetworkCore,
  group: SecurityGroup | undefined,
  { groupId, direction, rules }: { groupId: string; direction: Direction; rules: readonly NewRule[] },
): Promise<{ kind: "authorized"; rules: SecurityGroupRule[] } | NetworkRefusal> {
  if (group === undefined) return noSuchGroup(groupId);
  if (group.rules.length + rules.length > rulesPerGroupMax)
    return refused(
      "too-many",
      `The maximum number of rules per security group (${rulesPerGroupMax}) has been reached.`,
    );
  const added: SecurityGroupRule[] = [];
  for (const wanted of rules) {
    const rule = normalized(wanted);
    if (rule === undefined) return refused("invalid-range", `CIDR block ${describePeer(wanted)} is malformed`);
    if ("groupId" in rule.peer && !inSameVpc(core, group, rule.peer.groupId)) return noSuchGroup(rule.peer.groupId);
    if ([...group.rules, ...added].some((other) => other.direction === direction && sameRule(other, rule)))
      return refused(
        "duplicate-rule",
        `the specified rule "peer: ${describePeer(rule)}, ${rule.protocol}, from port: ${rule.fromPort ?? "ALL"}, to port: ${rule.toPort ?? "ALL"}, ALLOW" already exists`,
      );
    added.push(ruleOf(groupId, direction, rule));
  }
  core.store.transaction(() => added.forEach((rule) => core.store.addRule(rule)));
  await core.applyRules(group.vpcId);
  return { kind: "authorized", rules: added };
}

function inSameVpc(core: NetworkCore, group: SecurityGroup, peerId: string): boolean {
  return core.store.groups().some((other) => other.groupId === peerId && other.vpcId === group.vpcId);
}

function normalized(rule: NewRule): NewRule | undefined {
  if ("groupId" in rule.peer) return rule;
  const range = parseRange(rule.peer.cidr);
  return range === undefined ? undefined : { ...rule, peer: { cidr: formatRange(range) } };
}

function describePeer({ peer }: NewRule): string {
  return "groupId" in peer ? peer.groupId : peer.cidr;
}

function sameRule(one: NewRule, other: NewRule): boolean {
  return (
    one.protocol === other.protocol &&
    one.fromPort === other.fromPort &&
    one.toPort === other.toPort &&
    describePeer(one) === describePeer(other)
  );
}

async function revoke(
  core: NetworkCore,
  group: SecurityGroup | undefined,
  { groupId, direction, rules }: RuleRequest,
): Promise<{ kind: "revoked"; rules: SecurityGroupRule[] } | NetworkRefusal> {
  if (group === undefined) return noSuchGroup(groupId);
  const present = group.rules.filter((rule) => rule.direction === direction);
  const removed: SecurityGroupRule[] = [];
  const wanted = "ruleIds" in rules ? rules.ruleIds : rules;
  for (const one of wanted) {
    const found = present.find((rule) =>
      typeof one === "string" ? rule.ruleId === one : sameRule(rule, normalized(one) ?? one),
    );
    if (found === undefined)
      return refused("no-such-rule", "The specified rule does not exist in this security group.");
    removed.push(found);
  }
  core.store.transaction(() => removed.forEach((rule) => core.store.removeRule(rule.ruleId)));
  await core.applyRules(group.vpcId);
  return { kind: "revoked", rules: removed };
}
