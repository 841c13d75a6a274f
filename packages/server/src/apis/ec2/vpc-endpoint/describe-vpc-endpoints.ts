import { DescribeVpcEndpointsCommand } from "@aws-sdk/client-ec2";
import { AwsError, flag, list, text } from "@strongroom/wire";
import type { VpcEndpoint, VpcEndpoints } from "../../../compute/index.ts";
import { operation } from "../../operation.ts";
import { type Fields, filtered, listingMembers, pageOf, visible, withIds } from "../listing.ts";
import { stopIfDryRun } from "../outcome.ts";
import { vpcEndpointDocument } from "./vpc-endpoint-document.ts";

const fields: Fields<VpcEndpoint> = {
  "vpc-endpoint-id": ({ vpcEndpointId }) => [vpcEndpointId],
  "vpc-endpoint-state": () => ["available"],
  "vpc-endpoint-type": ({ type }) => [type],
  "vpc-id": ({ vpcId }) => [vpcId],
  "service-name": ({ serviceName }) => [serviceName],
};

const notFound = (id: string) =>
  new AwsError({
    code: "InvalidVpcEndpointId.NotFound",
    message: `The Vpc Endpoint Id '${id}' does not exist`,
    status: 400,
  });

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpoints.html */
export const describeVpcEndpoints = (endpoints: Pick<VpcEndpoints, "list" | "toldPolicy">) =>
  operation(DescribeVpcEndpointsCommand, {
    members: { ...listingMembers, VpcEndpointIds: list(text({ max: 32 }), { max: 1000 }), DryRun: flag() },
    permissions: () => [{ action: "ec2:DescribeVpcEndpoints", resource: "*" }],
    mutates: false,
    handle: (input, call) => {
      stopIfDryRun(input);
      const idOf = ({ vpcEndpointId }: { readonly vpcEndpointId: string }) => vpcEndpointId;
      const seen = visible(endpoints.list(), call, { action: "ec2:DescribeVpcEndpoints", type: "vpc-endpoint", idOf });
      const found = withIds(seen, input.VpcEndpointIds, idOf, notFound);
      const { page, ...next } = pageOf(filtered(found, input, fields), input);
      const told = page.map((endpoint) => vpcEndpointDocument(endpoints, endpoint, call.accountId));
      return { VpcEndpoints: told, ...next };
    },
  });
