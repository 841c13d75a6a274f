import { CreateVpcCommand } from "@aws-sdk/client-ec2";
import { flag, oneOf, text } from "@strongroom/wire";
import type { Vpcs } from "../../../compute/index.ts";
import { operation } from "../../operation.ts";
import { creationPermissions } from "../arn.ts";
import { accepted, required, stopIfDryRun } from "../outcome.ts";
import { newTags, tagSpecifications } from "../tags.ts";
import { vpcDocument } from "./vpc-document.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpc.html */
export const createVpc = (vpcs: Pick<Vpcs, "create">) =>
  operation(CreateVpcCommand, {
    members: {
      CidrBlock: text({ max: 18 }),
      InstanceTenancy: oneOf("default"),
      AmazonProvidedIpv6CidrBlock: flag({ only: false }),
      TagSpecifications: tagSpecifications,
      DryRun: flag(),
    },
    permissions: ({ TagSpecifications }, call) =>
      creationPermissions(call, { operation: "CreateVpc", type: "vpc", tags: newTags(TagSpecifications, "vpc") }),
    actions: ["ec2:CreateVpc", "ec2:CreateTags"],
    handle: async (input, { accountId }) => {
      const cidrBlock = required(input.CidrBlock, "cidrBlock");
      stopIfDryRun(input);
      const made = await vpcs.create({ cidrBlock, tags: newTags(input.TagSpecifications, "vpc") });
      const { vpc } = accepted(made, { "invalid-range": "InvalidVpc.Range", "too-many": "VpcLimitExceeded" });
      return { Vpc: vpcDocument(vpc, accountId) };
    },
  });
