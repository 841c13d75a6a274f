import { CreateModelCommand } from "@aws-sdk/client-sagemaker";
import type { CreateModelInput } from "@aws-sdk/client-sagemaker";
import { flag, list, map, oneOf, text } from "@strongroom/wire";
import type { Validated } from "@strongroom/wire";
import { passRolePermission } from "../../../access/index.ts";
import { present, sagemakerService, tagContext, tagPermissions, tagsMax, vpcContext } from "../../../compute/index.ts";
import type { Endpoints, ModelRequest, ResourceTags } from "../../../compute/index.ts";
import { operation } from "../../operation.ts";
import {
  imageUri,
  name63,
  networkId,
  roleArn,
  s3Uri,
  tagMembers,
  variableName,
  variableValue,
} from "../member-rules.ts";
import { arnOf } from "../resource-arn.ts";
import { required, validationError } from "../sagemaker-error.ts";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModel.html */
export const createModel = (endpoints: Pick<Endpoints, "createModel">, tags: Pick<ResourceTags, "put">) =>
  operation(CreateModelCommand, {
    members: {
      ModelName: name63,
      PrimaryContainer: {
        ContainerHostname: text({ max: 63 }),
        Image: imageUri,
        Mode: oneOf("SingleModel"),
        ModelDataUrl: s3Uri,
        Environment: map(variableValue, { max: 100, key: variableName }),
      },
      ExecutionRoleArn: roleArn,
      Tags: list(tagMembers, { max: tagsMax }),
      VpcConfig: {
        SecurityGroupIds: list(networkId, { min: 1, max: 5 }),
        Subnets: list(networkId, { min: 1, max: 16 }),
      },
      EnableNetworkIsolation: flag(),
    },
    permissions: (input, call) => {
      const request = requestOf(input);
      const arn = arnOf(call, "model", request.ModelName);
      const context = {
        ...vpcContext(request.VpcConfig),
        ...present({ "sagemaker:NetworkIsolation": request.EnableNetworkIsolation }),
        ...tagContext(request.Tags),
      };
      return [
        { action: "sagemaker:CreateModel", resource: arn, context },
        passRolePermission(request.ExecutionRoleArn, sagemakerService, arn),
        ...tagPermissions(arn, request.Tags, "CreateModel"),
      ];
    },
    actions: ["sagemaker:CreateModel", "sagemaker:AddTags", "iam:PassRole"],
    handle: (input, call) => {
      const { principal, origin } = call.authority;
      const made = endpoints.createModel(requestOf(input), { principal, origin });
      if (made.kind === "invalid") throw validationError(made.message);
      if (made.kind === "name-taken") throw validationError(`Cannot create already existing model "${made.arn}".`);
      tags.put(made.thing.arn, input.Tags ?? []);
      return { ModelArn: made.thing.arn };
    },
  });

function requestOf(input: Validated<CreateModelInput>): ModelRequest {
  const { PrimaryContainer: container, ExecutionRoleArn, ...rest } = input;
  return {
    ...rest,
    ExecutionRoleArn: required(ExecutionRoleArn, "ExecutionRoleArn"),
    PrimaryContainer: { ...container, Image: required(container?.Image, "PrimaryContainer.Image") },
  };
}
