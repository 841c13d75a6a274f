import type { NetworkCore } from "./core.ts";
import type { Tags } from "./network.ts";

/** What access decides with when the resource is part of a network. */
export interface NetworkFacts {
  readonly tags: Tags;
  /** `ec2:ResourceTag/<key>`, and what the resource is and belongs to. */
  readonly conditions: Readonly<Record<string, string>>;
}

interface Known {
  readonly tags: Tags;
  readonly keys: Readonly<Record<string, string>>;
}

/**
 * Tags and condition keys of the resource that an ARN names; undefined for what is not there, such as what
 * is about to be made.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
 */
export function networkFacts(core: NetworkCore, arn: string): NetworkFacts | undefined {
  const parts = arn.split(":");
  const [type = "", id = ""] = parts.slice(5).join(":").split("/");
  const vpcArn = (vpcId: string) => `${parts.slice(0, 5).join(":")}:vpc/${vpcId}`;
  const known = Object.hasOwn(kinds, type) ? kinds[type]?.(core, id, vpcArn) : undefined;
  if (known === undefined) return undefined;
  const tagKeys = Object.entries(known.tags).map(([key, value]) => [`ec2:ResourceTag/${key}`, value] as const);
  return { tags: known.tags, conditions: { ...known.keys, ...Object.fromEntries(tagKeys) } };
}

type Find = (core: NetworkCore, id: string, vpcArn: (vpcId: string) => string) => Known | undefined;

const kinds: Readonly<Record<string, Find>> = {
  vpc: ({ store }, id) => {
    const vpc = store.vpcs().find(({ vpcId }) => vpcId === id);
    return vpc && { tags: vpc.tags, keys: { "ec2:VpcID": id, "ec2:Tenancy": "default" } };
  },
  subnet: ({ store }, id, vpcArn) => {
    const subnet = store.subnets().find(({ subnetId }) => subnetId === id);
    if (subnet === undefined) return undefined;
    const { tags, vpcId, availabilityZone } = subnet;
    return {
      tags,
      keys: { "ec2:SubnetID": id, "ec2:Vpc": vpcArn(vpcId), "ec2:AvailabilityZone": availabilityZone },
    };
  },
  "security-group": ({ store }, id, vpcArn) => {
    const group = store.groups().find(({ groupId }) => groupId === id);
    return group && { tags: group.tags, keys: { "ec2:SecurityGroupID": id, "ec2:Vpc": vpcArn(group.vpcId) } };
  },
  "vpc-endpoint": ({ store, settings }, id) => {
    const endpoint = store.endpoint(id);
    if (endpoint === undefined) return undefined;
    const { tags, serviceName } = endpoint;
    return { tags, keys: { "ec2:VpceServiceName": serviceName, "ec2:VpceServiceRegion": settings.region } };
  },
};
