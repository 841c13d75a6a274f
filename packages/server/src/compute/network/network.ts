import type { Socket } from "node:net";
import type { Origin } from "../../access/index.ts";
import type { NetworkFacts } from "./resource-facts.ts";

export type Tags = Readonly<Record<string, string>>;

export interface NetworkRefusal {
  readonly kind: "refused";
  readonly reason:
    | "no-such-vpc"
    | "no-such-subnet"
    | "no-such-group"
    | "no-such-endpoint"
    | "no-such-rule"
    | "invalid-range"
    | "range-conflict"
    | "range-exhausted"
    | "duplicate-group"
    | "duplicate-rule"
    | "duplicate-endpoint"
    | "in-use"
    | "default-group"
    | "wrong-vpc"
    | "unsupported-service"
    | "blocked-by-groups"
    | "host-cannot"
    | "malformed-policy"
    | "too-many";
  readonly message: string;
}

export interface Vpc {
  readonly vpcId: string;
  readonly cidrBlock: string;
  readonly tags: Tags;
}

export interface Subnet {
  readonly subnetId: string;
  readonly vpcId: string;
  readonly cidrBlock: string;
  readonly availabilityZone: string;
  readonly availableAddresses: number;
  readonly tags: Tags;
}

export interface SecurityGroupRule {
  readonly ruleId: string;
  readonly groupId: string;
  readonly direction: "ingress" | "egress";
  /** "-1" is every protocol. */
  readonly protocol: "-1" | "tcp" | "udp" | "icmp";
  /** Null where the rule holds for every port. */
  readonly fromPort: number | null;
  readonly toPort: number | null;
  readonly peer: { readonly cidr: string } | { readonly groupId: string };
  readonly description: string;
}

export interface SecurityGroup {
  readonly groupId: string;
  readonly vpcId: string;
  readonly name: string;
  readonly description: string;
  readonly rules: readonly SecurityGroupRule[];
  readonly tags: Tags;
}

export interface VpcEndpoint {
  readonly vpcEndpointId: string;
  readonly vpcId: string;
  /** com.amazonaws.<region>.<service> */
  readonly serviceName: string;
  readonly type: "Interface" | "Gateway";
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  /** One address per subnet; one of its own for a gateway. */
  readonly addresses: readonly string[];
  /**
   * JSON text; the policy that the gateway evaluates beside all others, with users and roles by their unique ids.
   * Absent: everything is allowed.
   */
  readonly policy?: string;
  readonly privateDns: boolean;
  readonly createdAt: number;
  readonly tags: Tags;
}

/** What the gateway opens a listener for, on port 443. */
export interface EndpointAddress {
  readonly vpcId: string;
  readonly vpceId: string;
  /** The part behind com.amazonaws.<region>.: s3, kms, sagemaker.api, … */
  readonly service: string;
  readonly address: string;
}

export interface Vpcs {
  create(x: { cidrBlock: string; tags: Tags }): Promise<{ kind: "created"; vpc: Vpc } | NetworkRefusal>;
  list(): Vpc[];
  get(vpcId: string): Vpc | undefined;
  delete(vpcId: string): Promise<{ kind: "deleted" } | NetworkRefusal>;
}

export interface Subnets {
  create(x: {
    vpcId: string;
    cidrBlock: string;
    availabilityZone?: string | undefined;
    tags: Tags;
  }): { kind: "created"; subnet: Subnet } | NetworkRefusal;
  list(): Subnet[];
  get(subnetId: string): Subnet | undefined;
  delete(subnetId: string): { kind: "deleted" } | NetworkRefusal;
}

export type NewRule = Omit<SecurityGroupRule, "ruleId" | "groupId" | "direction">;

export interface SecurityGroups {
  create(x: {
    vpcId: string;
    name: string;
    description: string;
    tags: Tags;
  }): { kind: "created"; group: SecurityGroup } | NetworkRefusal;
  list(): SecurityGroup[];
  get(groupId: string): SecurityGroup | undefined;
  delete(groupId: string): { kind: "deleted" } | NetworkRefusal;
  /** All rules or none; they hold in the kernel when the promise resolves. */
  authorize(x: {
    groupId: string;
    direction: "ingress" | "egress";
    rules: readonly NewRule[];
  }): Promise<{ kind: "authorized"; rules: SecurityGroupRule[] } | NetworkRefusal>;
  revoke(x: {
    groupId: string;
    direction: "ingress" | "egress";
    rules: readonly NewRule[] | { readonly ruleIds: readonly string[] };
  }): Promise<{ kind: "revoked"; rules: SecurityGroupRule[] } | NetworkRefusal>;
}

export interface VpcEndpoints {
  create(x: {
    vpcId: string;
    serviceName: string;
    type: "Interface" | "Gateway";
    subnetIds: readonly string[];
    /** Empty: the VPC's default group, as in EC2. */
    securityGroupIds: readonly string[];
    policy?: string | undefined;
    privateDns: boolean;
    tags: Tags;
  }): Promise<{ kind: "created"; endpoint: VpcEndpoint } | NetworkRefusal>;
  list(): VpcEndpoint[];
  get(vpcEndpointId: string): VpcEndpoint | undefined;
  /** ② counts for the next decision on a request that comes through the endpoint. Undefined: full access. */
  setPolicy(vpcEndpointId: string, policy: string | undefined): { kind: "set" } | NetworkRefusal;
  /** The policy as EC2 shows it: with the ARNs that its users and roles have now. */
  toldPolicy(endpoint: VpcEndpoint): string;
  delete(vpcEndpointId: string): Promise<{ kind: "deleted" } | NetworkRefusal>;
}

export interface AttachmentEndpoint {
  /** s3, kms, sagemaker.api, … */
  readonly service: string;
  readonly vpceId: string;
  readonly address: string;
}

export interface Attached {
  readonly kind: "attached";
  /** Name of the network namespace under /run/netns. */
  readonly netns: string;
  /** The address inside the VPC; 127.0.0.1 where the namespace is isolated. */
  readonly address: string;
  /** Absent where the namespace is isolated. */
  readonly vpcId?: string;
  readonly subnetId?: string;
  readonly endpoints: readonly AttachmentEndpoint[];
  /** From the server to a port of what runs in the namespace. */
  connect(port: number): Socket;
  detach(): Promise<void>;
}

/** What a job of several hosts asks for; `place` absent: hosts that reach each other and nothing else. */
export interface ClusterRequest {
  readonly ownerId: string;
  readonly count: number;
  readonly place?: { readonly subnetIds: readonly string[]; readonly securityGroupIds: readonly string[] };
  /** Whether what the hosts say to each other leaves them encrypted or not at all. */
  readonly isEncrypted: boolean;
}

/** The hosts of one job, in their order. */
export interface AttachedCluster {
  readonly kind: "attached";
  readonly hosts: readonly Attached[];
  /** Resolves if an encrypted way between the hosts ends before they are detached. */
  readonly broken: Promise<string>;
  detach(): Promise<void>;
}

export interface Attachments {
  attach(x: {
    readonly ownerId: string;
    readonly subnetIds: readonly string[];
    readonly securityGroupIds: readonly string[];
  }): Promise<Attached | NetworkRefusal>;
  /** A namespace with a loopback and nothing else. */
  isolated(ownerId: string): Promise<Attached>;
  /** All hosts or none; with encryption, the tunnels between all of them have carried packets when it resolves. */
  cluster(request: ClusterRequest): Promise<AttachedCluster | NetworkRefusal>;
  /** Why this machine cannot encrypt what hosts say to each other; undefined if it can. */
  readonly encryptionFault: string | undefined;
  connect(vpcId: string, address: string, port: number): Socket;
  /** Where the platform's own transfers for a job of this VPC come from: its endpoint of that service. `serviceName` is `s3`, `kms`, … */
  originOf(vpcId: string, serviceName: string, address: string): Extract<Origin, { kind: "vpc" }> | NetworkRefusal;
  /** Who holds an address of a VPC now; credentials are given out by it. */
  ownerOf(vpcId: string, address: string): string | undefined;
}

/** What opens and closes listeners inside the VPCs. Called for all that exist when it is set, and for each change. */
export interface NetworkWatcher {
  /** The credentials address of a VPC (`credentialsAddress`, port 80) can be listened on. */
  vpcOpened(vpcId: string): void | Promise<void>;
  vpcClosed(vpcId: string): void | Promise<void>;
  /** One address of an endpoint, port 443. */
  endpointOpened(endpoint: EndpointAddress): void | Promise<void>;
  endpointClosed(endpoint: EndpointAddress): void | Promise<void>;
}

export interface TaggedResource {
  readonly type: "vpc" | "subnet" | "security-group" | "vpc-endpoint";
  readonly id: string;
  readonly tags: Tags;
}

/** The tags of whatever a network is made of. */
export interface NetworkTags {
  list(): TaggedResource[];
  get(id: string): TaggedResource | undefined;
  /** All or none of them; "too-many" where one would have more than 50 tags. */
  put(ids: readonly string[], tags: Tags): "stored" | "too-many";
  /** A value, where one is given, has to be the tag's own. Undefined: every tag. */
  remove(ids: readonly string[], tags: readonly { readonly key: string; readonly value?: string }[] | undefined): void;
}

/** Everything of this folder, as the composition root holds it. */
export interface Networks extends AsyncDisposable {
  readonly vpcs: Vpcs;
  readonly subnets: Subnets;
  readonly securityGroups: SecurityGroups;
  readonly vpcEndpoints: VpcEndpoints;
  readonly attachments: Attachments;
  readonly tags: NetworkTags;
  /** What is known of a resource by its ARN (arn:aws:ec2:…:vpc/vpc-…), for decisions about it. */
  facts(arn: string): NetworkFacts | undefined;
  /** Sets the one watcher; resolves when it was called for everything that exists. */
  watch(watcher: NetworkWatcher): Promise<void>;
  /** A listening TCP socket inside the VPC's namespace; whoever asks owns the descriptor. */
  listenIn(vpcId: string, address: string, port: number): { readonly fd: number };
}
