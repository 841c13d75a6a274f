import { DeleteVpcEndpointsCommand } from "@aws-sdk/client-ec2";
import { flag, list, text } from "@strongroom/wire";
import type { VpcEndpoints } from "../../../compute/index.ts";
import { operation } from "../../operation.ts";
import { ec2Arn } from "../arn.ts";
import { codeOf, stopIfDryRun } from "../outcome.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpcEndpoints.html */
export const deleteVpcEndpoints = (endpoints: Pick<VpcEndpoints, "delete">) =>
  operation(DeleteVpcEndpointsCommand, {
    members: { VpcEndpointIds: list(text({ max: 32 }), { min: 1, max: 25 }), DryRun: flag() },
    permissions: ({ VpcEndpointIds }, call) =>
      VpcEndpointIds.map((id) => ({
        action: "ec2:DeleteVpcEndpoints",
        resource: ec2Arn(call, "vpc-endpoint", id),
      })),
    handle: async (input) => {
      stopIfDryRun(input);
      const Unsuccessful = [];
      for (const ResourceId of new Set(input.VpcEndpointIds)) {
        const outcome = await endpoints.delete(ResourceId);
        if (outcome.kind === "refused")
          Unsuccessful.push({ ResourceId, Error: { Code: codeOf(outcome), Message: outcome.message } });
      }
      return { Unsuccessful };
    },
  });
