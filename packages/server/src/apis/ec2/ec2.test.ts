import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateInternetGatewayCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  CreateVpcEndpointCommand,
  DeleteSecurityGroupCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DeleteVpcEndpointsCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  EC2Client,
  ModifyVpcEndpointCommand,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
} from "@aws-sdk/client-ec2";
import { accessDenied, decode, encode, encodeError, route, type HttpRequestHead } from "@strongroom/wire";
import { isRefused, migrations as accessMigrations, openAccess } from "../../access/index.ts";
import type { Access, Authority } from "../../access/index.ts";
import { networkMigrations, openNetworks, type Networks } from "../../compute/index.ts";
import { openDb, systemClock, type Db } from "../../platform/index.ts";
import { ec2 } from "./index.ts";

/** The official client against the operations; signatures and policies are tested at the gateway. */
const folder = mkdtempSync(join(tmpdir(), "ec2-"));
const place = { accountId: "111122223333", region: "us-east-1" };
const demanded: string[] = [];
let denied: string | undefined;
let db: Db;
let access: Access;
let networks: Networks;
const server = createServer();
let client: EC2Client;

before(async () => {
  db = openDb(join(folder, "db"), randomBytes(32));
  db.migrate([...accessMigrations, ...networkMigrations]);
  access = openAccess({ db, clock: systemClock, ...place, tokenKey: randomBytes(32) });
  networks = await openNetworks(db, {
    instanceId: "ec2tst",
    region: place.region,
    clock: systemClock,
    services: ["s3", "kms", "sagemaker.api"],
    policyPrincipals: access.policyPrincipals,
    unavailable: "this test is about descriptions alone",
  });
  const service = ec2(networks);
  server.on("request", (request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)] as const);
      const head: HttpRequestHead = { method: request.method ?? "", target: request.url ?? "", headers };
      const requestId = randomUUID();
      const answer = await (async () => {
        try {
          const first = route([service], head, "ec2");
          const routed = first.kind === "named-in-body" ? first.finish(Buffer.concat(chunks)) : first;
          if (routed.kind === "refused") throw routed.error;
          const input = decode(routed, head, Buffer.concat(chunks));
          const authority = { sees: () => true } as unknown as Authority;
          const { signal } = new AbortController();
          const call = { ...place, authority, requestId, now: new Date(), headers: {}, signal };
          for (const { action, resource } of await routed.operation.permissions(input, call)) {
            demanded.push(`${action} ${resource}`);
            if (action === denied) throw accessDenied(service, "no");
          }
          return encode(routed, await routed.operation.handle(input, call), requestId);
        } catch (error) {
          return encodeError(service, error, requestId, head);
        }
      })();
      for (const [name, value] of answer.headers) response.setHeader(name, value);
      response.writeHead(answer.status).end(answer.body);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  client = new EC2Client({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: place.region,
    credentials: { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "secret" },
    maxAttempts: 1,
  });
});
after(async () => {
  client.destroy();
  server.close();
  await networks[Symbol.asyncDispose]();
  db[Symbol.dispose]();
  rmSync(folder, { recursive: true });
});

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
  return "none";
}

/** The permissions that a call demands. */
async function demands(promise: () => Promise<unknown>): Promise<string[]> {
  demanded.length = 0;
  await promise();
  return [...demanded];
}

const arn = (rest: string) => `arn:aws:ec2:us-east-1:111122223333:${rest}`;
const tags = (type: "vpc" | "subnet", value: string) => [
  { ResourceType: type, Tags: [{ Key: "project", Value: value }] },
];

async function newVpc(cidr = "10.0.0.0/16"): Promise<string> {
  const { Vpc } = await client.send(new CreateVpcCommand({ CidrBlock: cidr }));
  return Vpc?.VpcId ?? "";
}

async function newSubnet(vpcId: string, cidr = "10.0.1.0/24"): Promise<string> {
  const { Subnet } = await client.send(new CreateSubnetCommand({ VpcId: vpcId, CidrBlock: cidr }));
  return Subnet?.SubnetId ?? "";
}

async function newGroup(vpcId: string, name: string): Promise<string> {
  const request = { VpcId: vpcId, GroupName: name, Description: "for a test" };
  return (await client.send(new CreateSecurityGroupCommand(request))).GroupId ?? "";
}

describe("VPCs", () => {
  it("are made, found and deleted", async () => {
    const needed = await demands(async () => {
      const request = { CidrBlock: "10.9.0.77/16", TagSpecifications: tags("vpc", "credit") };
      const { Vpc } = await client.send(new CreateVpcCommand(request));
      assert.match(Vpc?.VpcId ?? "", /^vpc-[0-9a-f]{17}$/);
      assert.equal(Vpc?.CidrBlock, "10.9.0.0/16");
      assert.equal(Vpc.State, "available");
      assert.deepEqual(Vpc.Tags, [{ Key: "project", Value: "credit" }]);
    });
    assert.deepEqual(needed, [`ec2:CreateVpc ${arn("vpc/*")}`, `ec2:CreateTags ${arn("vpc/*")}`]);
    const Filters = [{ Name: "tag:project", Values: ["cred*"] }];
    const { Vpcs = [] } = await client.send(new DescribeVpcsCommand({ Filters }));
    assert.equal(Vpcs.length, 1);
    const VpcId = Vpcs[0]?.VpcId ?? "";
    assert.deepEqual(networks.facts(arn(`vpc/${VpcId}`))?.tags, { project: "credit" });
    await client.send(new DeleteVpcCommand({ VpcId }));
    assert.equal(await codeOf(client.send(new DescribeVpcsCommand({ VpcIds: [VpcId] }))), "InvalidVpcID.NotFound");
    assert.equal(await codeOf(client.send(new DeleteVpcCommand({ VpcId }))), "InvalidVpcID.NotFound");
  });

  it("are refused with a wrong range, without one, and in a dry run", async () => {
    const create = (input: object) => codeOf(client.send(new CreateVpcCommand(input)));
    for (const CidrBlock of ["10.0.0.0/8", "10.0.0.0/29", "300.0.0.0/16", "169.254.0.0/16", "x"])
      assert.equal(await create({ CidrBlock }), "InvalidVpc.Range", CidrBlock);
    assert.equal(await create({}), "MissingParameter");
    assert.equal(await create({ CidrBlock: "10.0.0.0/16", DryRun: true }), "DryRunOperation");
    assert.equal(await create({ CidrBlock: "10.0.0.0/16", InstanceTenancy: "dedicated" }), "InvalidParameterValue");
    assert.equal(await create({ CidrBlock: "10.0.0.0/16", Ipv4IpamPoolId: "ipam-pool-1" }), "UnsupportedOperation");
    assert.equal(
      await codeOf(client.send(new DescribeVpcsCommand({ Filters: [{ Name: "colour", Values: ["x"] }] }))),
      "InvalidParameterValue",
    );
  });

  it("have no way to the internet", async () => {
    assert.equal(await codeOf(client.send(new CreateInternetGatewayCommand({}))), "UnsupportedOperation");
  });
});

describe("subnets", () => {
  it("lie inside their VPC and beside each other", async () => {
    const VpcId = await newVpc();
    const needed = await demands(async () => {
      const request = { VpcId, CidrBlock: "10.0.1.0/24", AvailabilityZone: "us-east-1b" };
      const { Subnet } = await client.send(new CreateSubnetCommand(request));
      assert.equal(Subnet?.AvailableIpAddressCount, 251);
      assert.equal(Subnet.AvailabilityZone, "us-east-1b");
    });
    assert.deepEqual(needed, [`ec2:CreateSubnet ${arn(`vpc/${VpcId}`)}`, `ec2:CreateSubnet ${arn("subnet/*")}`]);
    const create = (input: { CidrBlock: string; VpcId?: string; AvailabilityZone?: string }) =>
      codeOf(client.send(new CreateSubnetCommand({ VpcId, ...input })));
    assert.equal(await create({ CidrBlock: "10.0.1.128/25" }), "InvalidSubnet.Conflict");
    assert.equal(await create({ CidrBlock: "10.1.0.0/24" }), "InvalidSubnet.Range");
    assert.equal(await create({ CidrBlock: "10.0.2.0/24", VpcId: "vpc-0" }), "InvalidVpcID.NotFound");
    assert.equal(await create({ CidrBlock: "10.0.2.0/24", AvailabilityZone: "eu-west-1a" }), "InvalidParameterValue");
    assert.equal(await codeOf(client.send(new DeleteVpcCommand({ VpcId }))), "DependencyViolation");
    const Filters = [{ Name: "vpc-id", Values: [VpcId] }];
    const { Subnets = [] } = await client.send(new DescribeSubnetsCommand({ Filters }));
    assert.equal(Subnets.length, 1);
    const SubnetId = Subnets[0]?.SubnetId ?? "";
    await client.send(new DeleteSubnetCommand({ SubnetId }));
    assert.equal(await codeOf(client.send(new DeleteSubnetCommand({ SubnetId }))), "InvalidSubnetID.NotFound");
    await client.send(new DeleteVpcCommand({ VpcId }));
  });
});

describe("security groups", () => {
  const tls = { IpProtocol: "tcp", FromPort: 443, ToPort: 443 };

  it("start with leave to go anywhere, and take and lose rules", async () => {
    const VpcId = await newVpc();
    const GroupId = await newGroup(VpcId, "jobs");
    const other = await newGroup(VpcId, "endpoints");
    const describe = async () =>
      (await client.send(new DescribeSecurityGroupsCommand({ GroupIds: [GroupId] }))).SecurityGroups?.[0];
    const everywhere = { IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] };
    assert.deepEqual((await describe())?.IpPermissionsEgress?.[0]?.IpRanges, everywhere.IpRanges);
    const needed = await demands(() =>
      client.send(new RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions: [everywhere] })),
    );
    assert.deepEqual(needed, [`ec2:RevokeSecurityGroupEgress ${arn(`security-group/${GroupId}`)}`]);
    const IpPermissions = [
      { ...tls, UserIdGroupPairs: [{ GroupId: other }], IpRanges: [{ CidrIp: "10.0.1.0/24", Description: "x" }] },
    ];
    const { SecurityGroupRules = [] } = await client.send(
      new AuthorizeSecurityGroupEgressCommand({ GroupId, IpPermissions }),
    );
    assert.equal(SecurityGroupRules.length, 2);
    const egress = (await describe())?.IpPermissionsEgress ?? [];
    assert.equal(egress.length, 1);
    assert.deepEqual(egress[0]?.UserIdGroupPairs, [{ GroupId: other, UserId: place.accountId }]);
    await client.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId,
        IpPermissions: [{ ...tls, IpRanges: [{ CidrIp: "10.0.0.0/16" }] }],
      }),
    );
    const ids = SecurityGroupRules.map((rule) => rule.SecurityGroupRuleId ?? "");
    await client.send(new RevokeSecurityGroupEgressCommand({ GroupId, SecurityGroupRuleIds: ids }));
    assert.deepEqual((await describe())?.IpPermissionsEgress, []);
    assert.equal((await describe())?.IpPermissions?.length, 1);
    await client.send(new DeleteSecurityGroupCommand({ GroupId }));
    await client.send(new DeleteSecurityGroupCommand({ GroupId: other }));
    await client.send(new DeleteVpcCommand({ VpcId }));
  });

  it("are refused by EC2's codes", async () => {
    const VpcId = await newVpc();
    const GroupId = await newGroup(VpcId, "jobs");
    assert.equal(await codeOf(newGroup(VpcId, "jobs")), "InvalidGroup.Duplicate");
    assert.equal(await codeOf(newGroup("vpc-0", "jobs")), "InvalidVpcID.NotFound");
    const authorize = (permission: object, id = GroupId) =>
      codeOf(client.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: id, IpPermissions: [permission] })));
    const range = { IpRanges: [{ CidrIp: "10.0.0.0/16" }] };
    assert.equal(await authorize({ ...tls, ...range }), "none");
    assert.equal(await authorize({ ...tls, ...range }), "InvalidPermission.Duplicate");
    assert.equal(await authorize({ ...tls, ...range }, "sg-0"), "InvalidGroup.NotFound");
    assert.equal(await authorize({ ...tls, UserIdGroupPairs: [{ GroupId: "sg-0" }] }), "InvalidGroup.NotFound");
    assert.equal(await authorize({ ...tls, IpRanges: [{ CidrIp: "10.0.0.0/33" }] }), "InvalidParameterValue");
    assert.equal(await authorize({ IpProtocol: "tcp", FromPort: 9, ToPort: 8, ...range }), "InvalidParameterValue");
    assert.equal(await authorize({ IpProtocol: "gre", ...range }), "InvalidParameterValue");
    assert.equal(await authorize({ ...tls, Ipv6Ranges: [{ CidrIpv6: "::/0" }] }), "UnsupportedOperation");
    const absent = [{ IpProtocol: "udp", FromPort: 53, ToPort: 53, ...range }];
    assert.equal(
      await codeOf(client.send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions: absent }))),
      "InvalidPermission.NotFound",
    );
    const byDefault = networks.securityGroups.list().find((group) => group.vpcId === VpcId && group.name === "default");
    assert.equal(
      await codeOf(client.send(new DeleteSecurityGroupCommand({ GroupId: byDefault?.groupId }))),
      "CannotDelete",
    );
  });
});

describe("VPC endpoints", () => {
  it("have an address in each of their subnets", async () => {
    const VpcId = await newVpc("10.5.0.0/16");
    const SubnetIds = [await newSubnet(VpcId, "10.5.1.0/24"), await newSubnet(VpcId, "10.5.2.0/24")];
    const request = { VpcId, VpcEndpointType: "Interface", SubnetIds } as const;
    const ServiceName = "com.amazonaws.us-east-1.s3";
    const { VpcEndpoint } = await client.send(new CreateVpcEndpointCommand({ ...request, ServiceName }));
    assert.deepEqual(VpcEndpoint?.DnsEntries, [{ DnsName: "10.5.1.4" }, { DnsName: "10.5.2.4" }]);
    assert.equal(VpcEndpoint.Groups?.length, 1);
    const create = (input: object) =>
      codeOf(client.send(new CreateVpcEndpointCommand({ ...request, ServiceName, ...input })));
    assert.equal(await create({}), "InvalidParameter");
    assert.equal(await create({ ServiceName: "com.amazonaws.us-east-1.sqs" }), "InvalidServiceName");
    assert.equal(
      await create({ ServiceName: "com.amazonaws.us-east-1.kms", SubnetIds: ["subnet-0"] }),
      "InvalidSubnetID.NotFound",
    );
    assert.equal(
      await create({ ServiceName: "com.amazonaws.us-east-1.kms", PolicyDocument: "{}" }),
      "InvalidPolicyDocument",
    );
    assert.equal(
      await create({ ServiceName: "com.amazonaws.us-east-1.kms", PrivateDnsEnabled: true }),
      "UnsupportedOperation",
    );
    const Filters = [{ Name: "service-name", Values: [ServiceName] }];
    const { VpcEndpoints = [] } = await client.send(new DescribeVpcEndpointsCommand({ Filters }));
    assert.equal(VpcEndpoints.length, 1);
    assert.equal(await codeOf(client.send(new DeleteSubnetCommand({ SubnetId: SubnetIds[0] }))), "DependencyViolation");
    const VpcEndpointIds = [VpcEndpoint.VpcEndpointId ?? "", "vpce-0"];
    const { Unsuccessful = [] } = await client.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds }));
    assert.deepEqual(
      Unsuccessful.map((item) => [item.ResourceId, item.Error?.Code]),
      [["vpce-0", "InvalidVpcEndpointId.NotFound"]],
    );
  });

  it("have a policy: full access at first, changed and reset at once, its faults told with their place", async () => {
    const VpcId = await newVpc("10.7.0.0/16");
    const ServiceName = "com.amazonaws.us-east-1.s3";
    const policyOf = async (id: string) => {
      const { VpcEndpoints } = await client.send(new DescribeVpcEndpointsCommand({ VpcEndpointIds: [id] }));
      return VpcEndpoints?.[0]?.PolicyDocument;
    };
    const PolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "*" }],
    });
    const { VpcEndpoint } = await client.send(new CreateVpcEndpointCommand({ VpcId, ServiceName, PolicyDocument }));
    const VpcEndpointId = VpcEndpoint?.VpcEndpointId ?? "";
    assert.equal(VpcEndpoint?.PolicyDocument, PolicyDocument);
    demanded.length = 0;
    const modify = (input: object) => client.send(new ModifyVpcEndpointCommand({ VpcEndpointId, ...input }));
    assert.equal((await modify({ ResetPolicy: true })).Return, true);
    assert.deepEqual(demanded, [
      `ec2:ModifyVpcEndpoint arn:aws:ec2:us-east-1:111122223333:vpc-endpoint/${VpcEndpointId}`,
    ]);
    assert.deepEqual(JSON.parse((await policyOf(VpcEndpointId)) ?? ""), {
      Statement: [{ Action: "*", Effect: "Allow", Principal: "*", Resource: "*" }],
    });
    await modify({ PolicyDocument });
    assert.equal(await policyOf(VpcEndpointId), PolicyDocument);

    const faulty =
      '{"Version":"2012-10-17","Statement":[{"Effect":"Perhaps","Principal":"*","Action":"*","Resource":"*"}]}';
    await assert.rejects(modify({ PolicyDocument: faulty }), {
      name: "InvalidPolicyDocument",
      message: /Statement\[0\]\.Effect/,
    });
    assert.equal(await codeOf(modify({ PolicyDocument: " ".repeat(20_481) })), "InvalidPolicyDocument");
    assert.equal(await codeOf(modify({ PolicyDocument, ResetPolicy: true })), "InvalidParameterCombination");
    assert.equal(await codeOf(modify({})), "MissingParameter");
    assert.equal(await codeOf(modify({ PolicyDocument, DryRun: true })), "DryRunOperation");
    assert.equal(await codeOf(modify({ AddSubnetIds: ["subnet-0"] })), "UnsupportedOperation");
    assert.equal(await codeOf(modify({ VpcEndpointId: "vpce-0", PolicyDocument })), "InvalidVpcEndpointId.NotFound");
    assert.equal(await policyOf(VpcEndpointId), PolicyDocument, "what was refused has changed nothing");
  });

  it("hold for the user that their policy names, not for the name", async () => {
    const VpcId = await newVpc("10.9.0.0/16");
    const ServiceName = "com.amazonaws.us-east-1.s3";
    const AWS = "arn:aws:iam::111122223333:user/ada";
    const PolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { AWS }, Action: "s3:*", Resource: "*" }],
    });
    const create = () => client.send(new CreateVpcEndpointCommand({ VpcId, ServiceName, PolicyDocument }));
    await assert.rejects(create(), {
      name: "InvalidPolicyDocument",
      message: /Invalid principal in policy: .*user\/ada/,
    });
    const ada = () => {
      const user = access.users.create({ name: "ada", path: "/", boundaryArn: undefined, tags: {} });
      assert.ok(!isRefused(user));
      return user;
    };
    const first = ada();
    const { VpcEndpoint } = await create();
    assert.equal(VpcEndpoint?.PolicyDocument, PolicyDocument);
    const VpcEndpointId = VpcEndpoint.VpcEndpointId ?? "";
    const stored = () => networks.vpcEndpoints.get(VpcEndpointId)?.policy;
    assert.equal(stored(), PolicyDocument.replace(AWS, first.id), "what is decided by");
    access.users.remove("ada");
    const second = ada();
    const { VpcEndpoints } = await client.send(new DescribeVpcEndpointsCommand({ VpcEndpointIds: [VpcEndpointId] }));
    assert.equal(VpcEndpoints?.[0]?.PolicyDocument, PolicyDocument.replace(AWS, first.id));
    await client.send(new ModifyVpcEndpointCommand({ VpcEndpointId, PolicyDocument }));
    assert.equal(stored(), PolicyDocument.replace(AWS, second.id));
  });

  it("tell policies what they are and where they belong", async () => {
    const VpcId = await newVpc("10.8.0.0/16");
    const SubnetId = await newSubnet(VpcId, "10.8.1.0/24");
    const arn = (resource: string) => `arn:aws:ec2:us-east-1:111122223333:${resource}`;
    assert.deepEqual(networks.facts(arn(`vpc/${VpcId}`))?.conditions, {
      "ec2:VpcID": VpcId,
      "ec2:Tenancy": "default",
    });
    assert.deepEqual(networks.facts(arn(`subnet/${SubnetId}`))?.conditions, {
      "ec2:SubnetID": SubnetId,
      "ec2:Vpc": arn(`vpc/${VpcId}`),
      "ec2:AvailabilityZone": "us-east-1a",
    });
    const { SecurityGroups } = await client.send(
      new DescribeSecurityGroupsCommand({ Filters: [{ Name: "vpc-id", Values: [VpcId] }] }),
    );
    const group = SecurityGroups?.[0]?.GroupId ?? "";
    assert.deepEqual(networks.facts(arn(`security-group/${group}`))?.conditions, {
      "ec2:SecurityGroupID": group,
      "ec2:Vpc": arn(`vpc/${VpcId}`),
    });
    const TagSpecifications = [{ ResourceType: "vpc-endpoint" as const, Tags: [{ Key: "team", Value: "risk" }] }];
    const ServiceName = "com.amazonaws.us-east-1.s3";
    const { VpcEndpoint } = await client.send(new CreateVpcEndpointCommand({ VpcId, ServiceName, TagSpecifications }));
    assert.deepEqual(networks.facts(arn(`vpc-endpoint/${VpcEndpoint?.VpcEndpointId ?? ""}`)), {
      tags: { team: "risk" },
      conditions: {
        "ec2:VpceServiceName": ServiceName,
        "ec2:VpceServiceRegion": "us-east-1",
        "ec2:ResourceTag/team": "risk",
      },
    });
    assert.equal(networks.facts(arn("subnet/*")), undefined);
    assert.equal(networks.facts(arn("toString/x")), undefined);
  });

  it("can be gateways for S3", async () => {
    const VpcId = await newVpc("10.6.0.0/16");
    const request = { VpcId, ServiceName: "com.amazonaws.us-east-1.s3" };
    const { VpcEndpoint } = await client.send(new CreateVpcEndpointCommand(request));
    assert.equal(VpcEndpoint?.VpcEndpointType, "Gateway");
    assert.equal(VpcEndpoint.Groups?.length ?? 0, 0);
  });
});

it("every operation is denied to whom its permission is denied", async () => {
  const VpcId = "vpc-0";
  const GroupId = "sg-0";
  const calls = [
    () => client.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" })),
    () => client.send(new DescribeVpcsCommand({})),
    () => client.send(new DeleteVpcCommand({ VpcId })),
    () => client.send(new CreateSubnetCommand({ VpcId, CidrBlock: "10.0.0.0/24" })),
    () => client.send(new DescribeSubnetsCommand({})),
    () => client.send(new DeleteSubnetCommand({ SubnetId: "subnet-0" })),
    () => client.send(new CreateSecurityGroupCommand({ VpcId, GroupName: "x", Description: "x" })),
    () => client.send(new DescribeSecurityGroupsCommand({})),
    () => client.send(new DeleteSecurityGroupCommand({ GroupId })),
    () => client.send(new AuthorizeSecurityGroupEgressCommand({ GroupId })),
    () => client.send(new AuthorizeSecurityGroupIngressCommand({ GroupId })),
    () => client.send(new RevokeSecurityGroupEgressCommand({ GroupId })),
    () => client.send(new RevokeSecurityGroupIngressCommand({ GroupId })),
    () => client.send(new CreateVpcEndpointCommand({ VpcId, ServiceName: "x" })),
    () => client.send(new DescribeVpcEndpointsCommand({})),
    () => client.send(new ModifyVpcEndpointCommand({ VpcEndpointId: "vpce-0", ResetPolicy: true })),
    () => client.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: ["vpce-0"] })),
  ];
  const names = ["CreateVpc", "DescribeVpcs", "DeleteVpc", "CreateSubnet", "DescribeSubnets", "DeleteSubnet"];
  names.push("CreateSecurityGroup", "DescribeSecurityGroups", "DeleteSecurityGroup");
  names.push("AuthorizeSecurityGroupEgress", "AuthorizeSecurityGroupIngress");
  names.push("RevokeSecurityGroupEgress", "RevokeSecurityGroupIngress");
  names.push("CreateVpcEndpoint", "DescribeVpcEndpoints", "ModifyVpcEndpoint", "DeleteVpcEndpoints");
  for (const [index, call] of calls.entries()) {
    denied = `ec2:${names[index] ?? ""}`;
    assert.equal(await codeOf(call()), "UnauthorizedOperation", denied);
  }
  denied = undefined;
});
