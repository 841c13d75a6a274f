import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  CreateVpcEndpointCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  type EC2Client,
  type ResourceType,
} from "@aws-sdk/client-ec2";
import { present } from "../present.ts";
import type { ProjectNames } from "./names.ts";

/** The services that a project's jobs and people need; no other can be reached from its network. */
const endpointServices = ["s3", "kms", "sts", "logs", "sagemaker.api", "sagemaker.runtime", "git-codecommit"] as const;

export interface ProjectNetwork {
  readonly vpcId: string;
  readonly subnetId: string;
  readonly securityGroupId: string;
  /** By service: `s3` → `vpce-…`. */
  readonly endpoints: Readonly<Record<string, string>>;
}

/** ① a private network without a way to the internet, and an endpoint for each service. Run again, it makes what is missing. */
export async function ensureNetwork(ec2: EC2Client, region: string, names: ProjectNames): Promise<ProjectNetwork> {
  const mine = [{ Name: "tag:strongroom:project", Values: [names.project] }];
  const tags = (ResourceType: ResourceType, name: string) => [
    {
      ResourceType,
      Tags: [
        { Key: "Name", Value: name },
        { Key: "strongroom:project", Value: names.project },
      ],
    },
  ];
  const vpcs = (await ec2.send(new DescribeVpcsCommand({}))).Vpcs ?? [];
  let vpc = vpcs.find(({ Tags }) =>
    Tags?.some(({ Key, Value }) => Key === "strongroom:project" && Value === names.project),
  );
  if (vpc === undefined) {
    const CidrBlock = freeRange(vpcs.map(({ CidrBlock: taken }) => taken ?? ""));
    vpc = (await ec2.send(new CreateVpcCommand({ CidrBlock, TagSpecifications: tags("vpc", names.project) }))).Vpc;
  }
  const VpcId = present(vpc?.VpcId, "VpcId");
  const inside = { Name: "vpc-id", Values: [VpcId] };
  let subnet = (await ec2.send(new DescribeSubnetsCommand({ Filters: [inside] }))).Subnets?.[0];
  if (subnet === undefined) {
    const CidrBlock = present(vpc?.CidrBlock, "CidrBlock").replace(/\.0\.0\/16$/, ".1.0/24");
    subnet = (
      await ec2.send(
        new CreateSubnetCommand({ VpcId, CidrBlock, TagSpecifications: tags("subnet", `${names.project}-jobs`) }),
      )
    ).Subnet;
  }
  const subnetId = present(subnet?.SubnetId, "SubnetId");
  const groups = (await ec2.send(new DescribeSecurityGroupsCommand({ Filters: [inside, ...mine] }))).SecurityGroups;
  const securityGroupId = groups?.[0]?.GroupId ?? (await makeGroup());
  const existing = (await ec2.send(new DescribeVpcEndpointsCommand({ Filters: [inside] }))).VpcEndpoints ?? [];
  const endpoints: Record<string, string> = {};
  for (const service of endpointServices) {
    const ServiceName = `com.amazonaws.${region}.${service}`;
    const found = existing.find((endpoint) => endpoint.ServiceName === ServiceName)?.VpcEndpointId;
    endpoints[service] = found ?? (await makeEndpoint(ServiceName, service));
  }
  return { vpcId: VpcId, subnetId, securityGroupId, endpoints };

  /** Its members reach each other's port 443, where the endpoints listen; nothing else comes in. */
  async function makeGroup(): Promise<string> {
    const made = await ec2.send(
      new CreateSecurityGroupCommand({
        VpcId,
        GroupName: names.securityGroup,
        Description: `Jobs of the project ${names.project}`,
        TagSpecifications: tags("security-group", names.securityGroup),
      }),
    );
    const GroupId = present(made.GroupId, "GroupId");
    const IpPermissions = [{ IpProtocol: "tcp", FromPort: 443, ToPort: 443, UserIdGroupPairs: [{ GroupId }] }];
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
    return GroupId;
  }

  async function makeEndpoint(ServiceName: string, service: string): Promise<string> {
    const made = await ec2.send(
      new CreateVpcEndpointCommand({
        VpcId,
        ServiceName,
        VpcEndpointType: "Interface",
        SubnetIds: [subnetId],
        SecurityGroupIds: [securityGroupId],
        TagSpecifications: tags("vpc-endpoint", `${names.project}-${service}`),
      }),
    );
    return present(made.VpcEndpoint?.VpcEndpointId, "VpcEndpointId");
  }
}

/** The first 10.N.0.0/16 that no network has. */
function freeRange(taken: readonly string[]): string {
  for (let second = 20; second < 255; second += 1) {
    const range = `10.${second}.0.0/16`;
    if (!taken.some((cidr) => cidr.startsWith(`10.${second}.`))) return range;
  }
  throw new Error("every 10.N.0.0/16 is taken by a network");
}
