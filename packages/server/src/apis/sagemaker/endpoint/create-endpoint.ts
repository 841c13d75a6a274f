import { CreateEndpointCommand } from "@aws-sdk/client-sagemaker";
import { list } from "@strongroom/wire";
import { tagContext, tagPermissions, tagsMax } from "../../../compute/index.ts";
import type { Endpoints, ResourceTags } from "../../../compute/index.ts";
import { operation } from "../../operation.ts";
import { name63, tagMembers } from "../member-rules.ts";
import { arnOf } from "../resource-arn.ts";
import { validationError } from "../sagemaker-error.ts";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpoint.html */
export const createEndpoint = (endpoints: Pick<Endpoints, "create">, tags: Pick<ResourceTags, "put">) =>
  operation(CreateEndpointCommand, {
    members: { EndpointName: name63, EndpointConfigName: name63, Tags: list(tagMembers, { max: tagsMax }) },
    permissions: (input, call) => {
      const arn = arnOf(call, "endpoint", input.EndpointName);
      const config = arnOf(call, "endpoint-config", input.EndpointConfigName);
      const context = tagContext(input.Tags);
      return [
        { action: "sagemaker:CreateEndpoint", resource: arn, context },
        { action: "sagemaker:CreateEndpoint", resource: config, context },
        ...tagPermissions(arn, input.Tags, "CreateEndpoint"),
      ];
    },
    actions: ["sagemaker:CreateEndpoint", "sagemaker:AddTags"],
    handle: (input, call) => {
      const made = endpoints.create({ name: input.EndpointName, configName: input.EndpointConfigName });
      if (made.kind === "invalid") throw validationError(made.message);
      if (made.kind === "name-taken") throw validationError(`Cannot create already existing endpoint "${made.arn}".`);
      tags.put(arnOf(call, "endpoint", input.EndpointName), input.Tags ?? []);
      return { EndpointArn: made.thing.arn };
    },
  });
