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
import { Failure } from "../outcome.ts";
import { present } from "../present.ts";
import type { ProjectNames } from "./names.ts";
import { projectTag } from "./statements.ts";

/** The services that a project's jobs and people need; no other can be reached from its network. */
const endpointServices = ["s3", "kms", "sts", "logs", "sagemaker.api", "sagemaker.runtime", "git-codecommit"] as const;

export interface ProjectNetwork {
  readonly vpcId: string;
  readonly subnetId: string;
  readonly securityGroupId: string;
  /** Every subnet and security group of the project, those above included. */
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  /** By service: `s3` → `vpce-…`. */
  readonly endpoints: Readonly<Record<string, string>>;
}

/** ① a private network without a way to the internet, and an endpoint for each service. Run again, it makes what is missing. */
export async function ensureNetwork(ec2: EC2Client, region: string, names: ProjectNames): Promise<ProjectNetwork> {
  const mine = [{ Name: `tag:${projectTag}`, Values: [names.project] }];
  const tags = (ResourceType: ResourceType, name: string) => [
    {
      ResourceType,
      Tags: [
        { Key: "Name", Value: name },
        { Key: projectTag, Value: names.project },
      ],
    },
  ];
  const vpcs = (await ec2.send(new DescribeVpcsCommand({}))).Vpcs ?? [];
  let vpc = vpcs.find(({ Tags }) => Tags?.some(({ Key, Value }) => Key === projectTag && Value === names.project));
  if (vpc === undefined) {
    const CidrBlock = freeRange(vpcs.map(({ CidrBlock: taken }) => taken ?? ""));
    vpc = (await ec2.send(new CreateVpcCommand({ CidrBlock, TagSpecifications: tags("vpc", names.project) }))).Vpc;
  }
  const VpcId = present(vpc?.VpcId, "VpcId");
  const inside = { Name: "vpc-id", Values: [VpcId] };
  const subnets = (await ec2.send(new DescribeSubnetsCommand({ Filters: [inside] }))).Subnets ?? [];
  let subnet = subnets[0];
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
  const idsOf = (all: readonly (string | undefined)[], first: string) => [
    ...new Set([first, ...all.flatMap((id) => id ?? [])]),
  ];
  const subnetIds = idsOf(
    subnets.map((one) => one.SubnetId),
    subnetId,
  );
  const securityGroupIds = idsOf(groups?.map((one) => one.GroupId) ?? [], securityGroupId);
  return { vpcId: VpcId, subnetId, securityGroupId, subnetIds, securityGroupIds, endpoints };

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

/**
 * Throws Failure where the name of one project begins with that of another and a dash: resources are
 * told apart by how their names begin, and those of the one would be the other's too.
 */
export async function refuseAmbiguousName(ec2: EC2Client, { project }: ProjectNames): Promise<void> {
  const { Vpcs = [] } = await ec2.send(new DescribeVpcsCommand({}));
  const others = Vpcs.flatMap(({ Tags = [] }) =>
    Tags.flatMap(({ Key, Value }) => (Key === projectTag ? (Value ?? []) : [])),
  );
  const other = others.find((name) => name.startsWith(`${project}-`) || project.startsWith(`${name}-`));
  if (other === undefined) return;
  throw new Failure(`"${project}" cannot be told from the project "${other}": neither name may begin the other's`);
}

/** The first 10.N.0.0/16 that no network has. */
function freeRange(taken: readonly string[]): string {
  for (let second = 20; second < 255; second += 1) {
    const range = `10.${second}.0.0/16`;
    if (!taken.some((cidr) => cidr.startsWith(`10.${second}.`))) return range;
  }
  throw new Error("every 10.N.0.0/16 is taken by a network");
}
