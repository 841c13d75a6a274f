import type { Vpc as VpcDocument } from "@aws-sdk/client-ec2";
import type { Vpc } from "../../../compute/index.ts";
import { tagList } from "../tags.ts";

export function vpcDocument(vpc: Vpc, accountId: string): VpcDocument {
  return {
    VpcId: vpc.vpcId,
    CidrBlock: vpc.cidrBlock,
    State: "available",
    OwnerId: accountId,
    InstanceTenancy: "default",
    IsDefault: false,
    Tags: tagList(vpc.tags),
  };
}
