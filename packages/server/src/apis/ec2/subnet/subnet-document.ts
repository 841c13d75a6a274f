import type { Subnet as SubnetDocument } from "@aws-sdk/client-ec2";
import type { Subnet } from "../../../compute/index.ts";
import type { ServerCall } from "../../operation.ts";
import { ec2Arn } from "../arn.ts";
import { tagList } from "../tags.ts";

export function subnetDocument(subnet: Subnet, call: ServerCall): SubnetDocument {
  return {
    SubnetId: subnet.subnetId,
    SubnetArn: ec2Arn(call, "subnet", subnet.subnetId),
    VpcId: subnet.vpcId,
    CidrBlock: subnet.cidrBlock,
    AvailabilityZone: subnet.availabilityZone,
    AvailableIpAddressCount: subnet.availableAddresses,
    State: "available",
    OwnerId: call.accountId,
    DefaultForAz: false,
    MapPublicIpOnLaunch: false,
    AssignIpv6AddressOnCreation: false,
    Tags: tagList(subnet.tags),
  };
}
