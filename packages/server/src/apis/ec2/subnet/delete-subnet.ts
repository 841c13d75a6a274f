import { DeleteSubnetCommand } from "@aws-sdk/client-ec2";
import { flag, text } from "@strongroom/wire";
import type { Subnets } from "../../../compute/index.ts";
import { operation } from "../../operation.ts";
import { ec2Arn } from "../arn.ts";
import { accepted, stopIfDryRun } from "../outcome.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSubnet.html */
export const deleteSubnet = (subnets: Pick<Subnets, "delete">) =>
  operation(DeleteSubnetCommand, {
    members: { SubnetId: text({ max: 32 }), DryRun: flag() },
    permissions: ({ SubnetId }, call) => [{ action: "ec2:DeleteSubnet", resource: ec2Arn(call, "subnet", SubnetId) }],
    handle: (input) => {
      stopIfDryRun(input);
      accepted(subnets.delete(input.SubnetId));
      return {};
    },
  });
