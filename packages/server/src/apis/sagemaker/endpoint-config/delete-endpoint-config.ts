import { DeleteEndpointConfigCommand } from "@aws-sdk/client-sagemaker";
import type { Endpoints, ResourceTags } from "../../../compute/index.ts";
import { operation } from "../../operation.ts";
import { name63 } from "../member-rules.ts";
import { arnOf, on } from "../resource-arn.ts";
import { validationError } from "../sagemaker-error.ts";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteEndpointConfig.html */
export const deleteEndpointConfig = (endpoints: Pick<Endpoints, "deleteConfig">, tags: Pick<ResourceTags, "clear">) =>
  operation(DeleteEndpointConfigCommand, {
    members: { EndpointConfigName: name63 },
    permissions: (input, call) => on("DeleteEndpointConfig", call, "endpoint-config", input.EndpointConfigName),
    handle: (input, call) => {
      const arn = arnOf(call, "endpoint-config", input.EndpointConfigName);
      if (!endpoints.deleteConfig(input.EndpointConfigName)) {
        throw validationError(`Could not find endpoint configuration "${arn}".`);
      }
      tags.clear(arn);
      return {};
    },
  });
