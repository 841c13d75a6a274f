import { DescribeVpcsCommand } from "@aws-sdk/client-ec2";
import { AwsError, flag, list, text } from "@strongroom/wire";
import type { Vpc, Vpcs } from "../../../compute/index.ts";
import { operation } from "../../operation.ts";
import { type Fields, filtered, listingMembers, pageOf, visible, withIds } from "../listing.ts";
import { stopIfDryRun } from "../outcome.ts";
import { vpcDocument } from "./vpc-document.ts";

const fields: Fields<Vpc> = {
  "vpc-id": ({ vpcId }) => [vpcId],
  cidr: ({ cidrBlock }) => [cidrBlock],
  state: () => ["available"],
  "is-default": () => ["false"],
  isDefault: () => ["false"],
};

const notFound = (id: string) =>
  new AwsError({ code: "InvalidVpcID.NotFound", message: `The vpc ID '${id}' does not exist`, status: 400 });

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcs.html */
export const describeVpcs = (vpcs: Pick<Vpcs, "list">) =>
  operation(DescribeVpcsCommand, {
    members: { ...listingMembers, VpcIds: list(text({ max: 32 }), { max: 1000 }), DryRun: flag() },
    permissions: () => [{ action: "ec2:DescribeVpcs", resource: "*" }],
    mutates: false,
    handle: (input, call) => {
      stopIfDryRun(input);
      const idOf = ({ vpcId }: { readonly vpcId: string }) => vpcId;
      const seen = visible(vpcs.list(), call, { action: "ec2:DescribeVpcs", type: "vpc", idOf });
      const found = withIds(seen, input.VpcIds, idOf, notFound);
      const { page, ...next } = pageOf(filtered(found, input, fields), input);
      return { Vpcs: page.map((vpc) => vpcDocument(vpc, call.accountId)), ...next };
    },
  });
