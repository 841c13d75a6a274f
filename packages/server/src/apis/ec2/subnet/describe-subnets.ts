import { DescribeSubnetsCommand } from "@aws-sdk/client-ec2";
import { AwsError, flag, list, text } from "@strongroom/wire";
import type { Subnet, Subnets } from "../../../compute/index.ts";
import { operation } from "../../operation.ts";
import { type Fields, filtered, listingMembers, pageOf, visible, withIds } from "../listing.ts";
import { stopIfDryRun } from "../outcome.ts";
import { subnetDocument } from "./subnet-document.ts";

const fields: Fields<Subnet> = {
  "subnet-id": ({ subnetId }) => [subnetId],
  "vpc-id": ({ vpcId }) => [vpcId],
  "availability-zone": ({ availabilityZone }) => [availabilityZone],
  availabilityZone: ({ availabilityZone }) => [availabilityZone],
  "cidr-block": ({ cidrBlock }) => [cidrBlock],
  cidr: ({ cidrBlock }) => [cidrBlock],
  cidrBlock: ({ cidrBlock }) => [cidrBlock],
  state: () => ["available"],
};

const notFound = (id: string) =>
  new AwsError({ code: "InvalidSubnetID.NotFound", message: `The subnet ID '${id}' does not exist`, status: 400 });

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSubnets.html */
export const describeSubnets = (subnets: Pick<Subnets, "list">) =>
  operation(DescribeSubnetsCommand, {
    members: { ...listingMembers, SubnetIds: list(text({ max: 32 }), { max: 1000 }), DryRun: flag() },
    permissions: () => [{ action: "ec2:DescribeSubnets", resource: "*" }],
    mutates: false,
    handle: (input, call) => {
      stopIfDryRun(input);
      const idOf = ({ subnetId }: { readonly subnetId: string }) => subnetId;
      const seen = visible(subnets.list(), call, { action: "ec2:DescribeSubnets", type: "subnet", idOf });
      const found = withIds(seen, input.SubnetIds, idOf, notFound);
      const { page, ...next } = pageOf(filtered(found, input, fields), input);
      return { Subnets: page.map((subnet) => subnetDocument(subnet, call)), ...next };
    },
  });
