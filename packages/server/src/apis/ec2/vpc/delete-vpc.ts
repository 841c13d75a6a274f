import { DeleteVpcCommand } from "@aws-sdk/client-ec2";
import { flag, text } from "@strongroom/wire";
import type { Vpcs } from "../../../compute/index.ts";
import { operation } from "../../operation.ts";
import { ec2Arn } from "../arn.ts";
import { accepted, stopIfDryRun } from "../outcome.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpc.html */
export const deleteVpc = (vpcs: Pick<Vpcs, "delete">) =>
  operation(DeleteVpcCommand, {
    members: { VpcId: text({ max: 32 }), DryRun: flag() },
    permissions: ({ VpcId }, call) => [{ action: "ec2:DeleteVpc", resource: ec2Arn(call, "vpc", VpcId) }],
    handle: async (input) => {
      stopIfDryRun(input);
      accepted(await vpcs.delete(input.VpcId));
      return {};
    },
  });
