import { CreateSubnetCommand } from "@aws-sdk/client-ec2";
import { flag, text } from "@strongroom/wire";
import type { Subnets } from "../../../compute/index.ts";
import { operation } from "../../operation.ts";
import { creationPermissions, ec2Arn } from "../arn.ts";
import { accepted, invalidParameter, required, stopIfDryRun } from "../outcome.ts";
import { newTags, tagSpecifications } from "../tags.ts";
import { subnetDocument } from "./subnet-document.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnet.html */
export const createSubnet = (subnets: Pick<Subnets, "create">) =>
  operation(CreateSubnetCommand, {
    members: {
      VpcId: text({ max: 32 }),
      CidrBlock: text({ max: 18 }),
      AvailabilityZone: text({ max: 32 }),
      TagSpecifications: tagSpecifications,
      DryRun: flag(),
    },
    permissions: ({ VpcId, TagSpecifications }, call) => [
      { action: "ec2:CreateSubnet", resource: ec2Arn(call, "vpc", VpcId) },
      ...creationPermissions(call, {
        operation: "CreateSubnet",
        type: "subnet",
        tags: newTags(TagSpecifications, "subnet"),
      }),
    ],
    actions: ["ec2:CreateSubnet", "ec2:CreateTags"],
    handle: (input, call) => {
      const cidrBlock = required(input.CidrBlock, "cidrBlock");
      const zone = input.AvailabilityZone;
      if (
        zone !== undefined &&
        !(zone.length === call.region.length + 1 && /[a-f]$/.test(zone) && zone.startsWith(call.region))
      )
        throw invalidParameter(`Value (${zone}) for parameter availabilityZone is invalid.`);
      stopIfDryRun(input);
      const tags = newTags(input.TagSpecifications, "subnet");
      const made = subnets.create({ vpcId: input.VpcId, cidrBlock, availabilityZone: zone, tags });
      const { subnet } = accepted(made, { "invalid-range": "InvalidSubnet.Range" });
      return { Subnet: subnetDocument(subnet, call) };
    },
  });
