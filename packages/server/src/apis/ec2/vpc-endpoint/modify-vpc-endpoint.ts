import { ModifyVpcEndpointCommand } from "@aws-sdk/client-ec2";
import { AwsError, flag, text } from "@strongroom/wire";
import type { VpcEndpoints } from "../../../compute/index.ts";
import { operation } from "../../operation.ts";
import { ec2Arn } from "../arn.ts";
import { accepted, stopIfDryRun } from "../outcome.ts";
import { policyText } from "./create-vpc-endpoint.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html, as far as it sets the policy. */
export const modifyVpcEndpoint = (endpoints: Pick<VpcEndpoints, "setPolicy">) =>
  operation(ModifyVpcEndpointCommand, {
    members: {
      VpcEndpointId: text({ max: 32 }),
      ResetPolicy: flag(),
      PolicyDocument: policyText,
      DryRun: flag(),
    },
    permissions: ({ VpcEndpointId, ResetPolicy, PolicyDocument }, call) => {
      const attributes = [
        ...(ResetPolicy === undefined ? [] : ["ResetPolicy"]),
        ...(PolicyDocument === undefined ? [] : ["PolicyDocument"]),
      ];
      const context = {
        "ec2:Attribute": attributes,
        ...(ResetPolicy === undefined ? {} : { "ec2:Attribute/ResetPolicy": String(ResetPolicy) }),
      };
      const resource = ec2Arn(call, "vpc-endpoint", VpcEndpointId);
      return [{ action: "ec2:ModifyVpcEndpoint", resource, context }];
    },
    handle: (input) => {
      const resets = input.ResetPolicy === true;
      if (resets && input.PolicyDocument !== undefined) {
        const message = "The parameters ResetPolicy and PolicyDocument cannot be used together.";
        throw new AwsError({ code: "InvalidParameterCombination", message, status: 400 });
      }
      if (!resets && input.PolicyDocument === undefined) {
        const message = "The request must contain the parameter policyDocument or resetPolicy.";
        throw new AwsError({ code: "MissingParameter", message, status: 400 });
      }
      stopIfDryRun(input);
      accepted(endpoints.setPolicy(input.VpcEndpointId, input.PolicyDocument));
      return { Return: true };
    },
  });
