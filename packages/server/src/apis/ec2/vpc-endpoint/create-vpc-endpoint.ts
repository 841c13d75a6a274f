import { CreateVpcEndpointCommand } from "@aws-sdk/client-ec2";
import { flag, list, oneOf, text } from "@strongroom/wire";
import type { VpcEndpoints } from "../../../compute/index.ts";
import { operation } from "../../operation.ts";
import { creationPermissions, ec2Arn } from "../arn.ts";
import { accepted, required, stopIfDryRun } from "../outcome.ts";
import { newTags, tagSpecifications } from "../tags.ts";
import { vpcEndpointDocument } from "./vpc-endpoint-document.ts";

const idsMax = 20;
/** Its grammar and its length are checked where it is stored. */
export const policyText = text({ min: 1 });

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html */
export const createVpcEndpoint = (endpoints: Pick<VpcEndpoints, "create" | "toldPolicy">) =>
  operation(CreateVpcEndpointCommand, {
    members: {
      VpcId: text({ max: 32 }),
      ServiceName: text({ max: 255 }),
      VpcEndpointType: oneOf("Interface", "Gateway"),
      PolicyDocument: policyText,
      SubnetIds: list(text({ max: 32 }), { max: idsMax }),
      SecurityGroupIds: list(text({ max: 32 }), { max: idsMax }),
      // Names of AWS's own hosts are not answered for: clients address endpoints by AWS_ENDPOINT_URL.
      PrivateDnsEnabled: flag({ only: false }),
      TagSpecifications: tagSpecifications,
      DryRun: flag(),
    },
    permissions: (input, call) => {
      const tags = newTags(input.TagSpecifications, "vpc-endpoint");
      const named = [
        ec2Arn(call, "vpc", required(input.VpcId, "vpcId")),
        ...(input.SubnetIds ?? []).map((id) => ec2Arn(call, "subnet", id)),
        ...(input.SecurityGroupIds ?? []).map((id) => ec2Arn(call, "security-group", id)),
      ];
      const [create, ...tagging] = creationPermissions(call, {
        operation: "CreateVpcEndpoint",
        type: "vpc-endpoint",
        tags,
      });
      const service = {
        "ec2:VpceServiceName": input.ServiceName ?? "",
        "ec2:VpceServiceOwner": "amazon",
        "ec2:VpceServiceRegion": call.region,
      };
      return [
        ...named.map((resource) => ({ action: "ec2:CreateVpcEndpoint", resource })),
        ...(create === undefined ? [] : [{ ...create, context: { ...create.context, ...service } }]),
        ...tagging,
      ];
    },
    actions: ["ec2:CreateVpcEndpoint", "ec2:CreateTags"],
    handle: async (input, { accountId }) => {
      const vpcId = required(input.VpcId, "vpcId");
      const serviceName = required(input.ServiceName, "serviceName");
      stopIfDryRun(input);
      const made = await endpoints.create({
        vpcId,
        serviceName,
        type: input.VpcEndpointType === "Interface" ? "Interface" : "Gateway",
        subnetIds: input.SubnetIds ?? [],
        securityGroupIds: input.SecurityGroupIds ?? [],
        ...(input.PolicyDocument === undefined ? {} : { policy: input.PolicyDocument }),
        privateDns: false,
        tags: newTags(input.TagSpecifications, "vpc-endpoint"),
      });
      return { VpcEndpoint: vpcEndpointDocument(endpoints, accepted(made).endpoint, accountId) };
    },
  });
