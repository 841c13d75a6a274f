import { DeleteEndpointCommand } from "@aws-sdk/client-sagemaker";
import type { Endpoints, ResourceTags } from "../../../compute/index.ts";
import { operation } from "../../operation.ts";
import { name63 } from "../member-rules.ts";
import { arnOf, on } from "../resource-arn.ts";
import { validationError } from "../sagemaker-error.ts";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteEndpoint.html */
export const deleteEndpoint = (endpoints: Pick<Endpoints, "delete">, tags: Pick<ResourceTags, "clear">) =>
  operation(DeleteEndpointCommand, {
    members: { EndpointName: name63 },
    permissions: (input, call) => on("DeleteEndpoint", call, "endpoint", input.EndpointName),
    handle: (input, call) => {
      const arn = arnOf(call, "endpoint", input.EndpointName);
      if (endpoints.delete(input.EndpointName) === "no-such-endpoint") {
        throw validationError(`Could not find endpoint "${arn}".`);
      }
      tags.clear(arn);
      return {};
    },
  });
