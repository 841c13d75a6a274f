import type { Db, Migration } from "../../platform/index.ts";
import type { SecurityGroup, SecurityGroupRule, Subnet, Tags, Vpc, VpcEndpoint } from "./network.ts";

export const networkMigrations: readonly Migration[] = [
  {
    name: "network-0001",
    sql: `
      CREATE TABLE network_vpc (
        vpc_id TEXT PRIMARY KEY, cidr_block TEXT NOT NULL, tags TEXT NOT NULL, created_at INTEGER NOT NULL) STRICT;
      CREATE TABLE network_subnet (
        subnet_id TEXT PRIMARY KEY, vpc_id TEXT NOT NULL REFERENCES network_vpc, cidr_block TEXT NOT NULL,
        availability_zone TEXT NOT NULL, tags TEXT NOT NULL, created_at INTEGER NOT NULL) STRICT;
      CREATE TABLE network_group (
        group_id TEXT PRIMARY KEY, vpc_id TEXT NOT NULL REFERENCES network_vpc, name TEXT NOT NULL,
        description TEXT NOT NULL, tags TEXT NOT NULL, created_at INTEGER NOT NULL, UNIQUE (vpc_id, name)) STRICT;
      CREATE TABLE network_rule (
        rule_id TEXT PRIMARY KEY, group_id TEXT NOT NULL REFERENCES network_group ON DELETE CASCADE,
        direction TEXT NOT NULL, protocol TEXT NOT NULL, from_port INTEGER, to_port INTEGER,
        peer_cidr TEXT, peer_group_id TEXT, description TEXT NOT NULL) STRICT;
      CREATE INDEX network_rule_group ON network_rule (group_id);
      CREATE TABLE network_endpoint (
        endpoint_id TEXT PRIMARY KEY, vpc_id TEXT NOT NULL REFERENCES network_vpc, service_name TEXT NOT NULL,
        type TEXT NOT NULL, subnet_ids TEXT NOT NULL, group_ids TEXT NOT NULL, addresses TEXT NOT NULL,
        policy TEXT, private_dns INTEGER NOT NULL, tags TEXT NOT NULL, created_at INTEGER NOT NULL) STRICT;
    `,
  },
];

interface VpcRow {
  vpc_id: string;
  cidr_block: string;
  tags: string;
}
interface SubnetRow extends VpcRow {
  subnet_id: string;
  availability_zone: string;
}
interface GroupRow {
  group_id: string;
  vpc_id: string;
  name: string;
  description: string;
  tags: string;
}
interface RuleRow {
  rule_id: string;
  group_id: string;
  direction: "ingress" | "egress";
  protocol: SecurityGroupRule["protocol"];
  from_port: number | null;
  to_port: number | null;
  peer_cidr: string | null;
  peer_group_id: string | null;
  description: string;
}
interface EndpointRow {
  endpoint_id: string;
  vpc_id: string;
  service_name: string;
  type: VpcEndpoint["type"];
  subnet_ids: string;
  group_ids: string;
  addresses: string;
  policy: string | null;
  private_dns: number;
  tags: string;
  created_at: number;
}

const taggedTables = [
  ["network_vpc", "vpc_id"],
  ["network_subnet", "subnet_id"],
  ["network_group", "group_id"],
  ["network_endpoint", "endpoint_id"],
] as const;

type StoredSubnet = Omit<Subnet, "availableAddresses">;

/** VPCs, subnets, security groups and endpoints as rows; who is attached is not stored, since nothing is after a restart. */
export class NetworkStore {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  transaction<T>(body: () => T): T {
    return this.#db.transaction(body);
  }

  vpcs(): Vpc[] {
    return this.#db.all<VpcRow>("SELECT * FROM network_vpc ORDER BY created_at, vpc_id").map(vpcOf);
  }

  addVpc({ vpcId, cidrBlock, tags }: Vpc, now: number): void {
    this.#db.run("INSERT INTO network_vpc VALUES (?, ?, ?, ?)", vpcId, cidrBlock, JSON.stringify(tags), now);
  }

  removeVpc(vpcId: string): void {
    this.#db.run("DELETE FROM network_vpc WHERE vpc_id = ?", vpcId);
  }

  subnets(): StoredSubnet[] {
    return this.#db.all<SubnetRow>("SELECT * FROM network_subnet ORDER BY created_at, subnet_id").map((row) => ({
      ...vpcOf(row),
      subnetId: row.subnet_id,
      availabilityZone: row.availability_zone,
    }));
  }

  addSubnet(subnet: StoredSubnet, now: number): void {
    const { subnetId, vpcId, cidrBlock, availabilityZone, tags } = subnet;
    const values = [subnetId, vpcId, cidrBlock, availabilityZone, JSON.stringify(tags), now];
    this.#db.run("INSERT INTO network_subnet VALUES (?, ?, ?, ?, ?, ?)", ...values);
  }

  removeSubnet(subnetId: string): void {
    this.#db.run("DELETE FROM network_subnet WHERE subnet_id = ?", subnetId);
  }

  groups(): SecurityGroup[] {
    const rules = this.#db.all<RuleRow>("SELECT * FROM network_rule ORDER BY rowid").map(ruleOf);
    return this.#db.all<GroupRow>("SELECT * FROM network_group ORDER BY created_at, group_id").map((row) => ({
      groupId: row.group_id,
      vpcId: row.vpc_id,
      name: row.name,
      description: row.description,
      tags: JSON.parse(row.tags) as Tags,
      rules: rules.filter((rule) => rule.groupId === row.group_id),
    }));
  }

  addGroup({ groupId, vpcId, name, description, tags }: Omit<SecurityGroup, "rules">, now: number): void {
    const values = [groupId, vpcId, name, description, JSON.stringify(tags), now];
    this.#db.run("INSERT INTO network_group VALUES (?, ?, ?, ?, ?, ?)", ...values);
  }

  removeGroup(groupId: string): void {
    this.#db.run("DELETE FROM network_group WHERE group_id = ?", groupId);
  }

  /** Sets the tags of whatever has this id. */
  setTags(id: string, tags: Tags): void {
    for (const [table, column] of taggedTables) {
      this.#db.run(`UPDATE ${table} SET tags = ? WHERE ${column} = ?`, JSON.stringify(tags), id);
    }
  }

  addRule(rule: SecurityGroupRule): void {
    const peerCidr = "cidr" in rule.peer ? rule.peer.cidr : null;
    const peerGroupId = "groupId" in rule.peer ? rule.peer.groupId : null;
    const { ruleId, groupId, direction, protocol, fromPort, toPort, description } = rule;
    const values = [ruleId, groupId, direction, protocol, fromPort, toPort, peerCidr, peerGroupId, description];
    this.#db.run("INSERT INTO network_rule VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", ...values);
  }

  removeRule(ruleId: string): void {
    this.#db.run("DELETE FROM network_rule WHERE rule_id = ?", ruleId);
  }

  endpoints(): VpcEndpoint[] {
    return this.#db.all<EndpointRow>("SELECT * FROM network_endpoint ORDER BY created_at, endpoint_id").map(endpointOf);
  }

  endpoint(vpcEndpointId: string): VpcEndpoint | undefined {
    const row = this.#db.get<EndpointRow>("SELECT * FROM network_endpoint WHERE endpoint_id = ?", vpcEndpointId);
    return row && endpointOf(row);
  }

  setEndpointPolicy(vpcEndpointId: string, policy: string | undefined): void {
    this.#db.run("UPDATE network_endpoint SET policy = ? WHERE endpoint_id = ?", policy, vpcEndpointId);
  }

  addEndpoint(endpoint: VpcEndpoint): void {
    this.#db.run(
      "INSERT INTO network_endpoint VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      ...[endpoint.vpcEndpointId, endpoint.vpcId, endpoint.serviceName, endpoint.type],
      ...[endpoint.subnetIds, endpoint.securityGroupIds, endpoint.addresses].map((list) => JSON.stringify(list)),
      ...[endpoint.policy, endpoint.privateDns, JSON.stringify(endpoint.tags), endpoint.createdAt],
    );
  }

  removeEndpoint(vpcEndpointId: string): void {
    this.#db.run("DELETE FROM network_endpoint WHERE endpoint_id = ?", vpcEndpointId);
  }
}

function vpcOf(row: VpcRow): Vpc {
  return { vpcId: row.vpc_id, cidrBlock: row.cidr_block, tags: JSON.parse(row.tags) as Tags };
}

function ruleOf(row: RuleRow): SecurityGroupRule {
  return {
    ruleId: row.rule_id,
    groupId: row.group_id,
    direction: row.direction,
    protocol: row.protocol,
    fromPort: row.from_port,
    toPort: row.to_port,
    peer: row.peer_cidr === null ? { groupId: row.peer_group_id ?? "" } : { cidr: row.peer_cidr },
    description: row.description,
  };
}

function endpointOf(row: EndpointRow): VpcEndpoint {
  return {
    vpcEndpointId: row.endpoint_id,
    vpcId: row.vpc_id,
    serviceName: row.service_name,
    type: row.type,
    subnetIds: JSON.parse(row.subnet_ids) as string[],
    securityGroupIds: JSON.parse(row.group_ids) as string[],
    addresses: JSON.parse(row.addresses) as string[],
    ...(row.policy === null ? {} : { policy: row.policy }),
    privateDns: row.private_dns === 1,
    createdAt: row.created_at,
    tags: JSON.parse(row.tags) as Tags,
  };
}
