import { DeleteModelCommand } from "@aws-sdk/client-sagemaker";
import type { Endpoints, ResourceTags } from "../../../compute/index.ts";
import { operation } from "../../operation.ts";
import { name63 } from "../member-rules.ts";
import { arnOf, on } from "../resource-arn.ts";
import { validationError } from "../sagemaker-error.ts";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteModel.html */
export const deleteModel = (endpoints: Pick<Endpoints, "deleteModel">, tags: Pick<ResourceTags, "clear">) =>
  operation(DeleteModelCommand, {
    members: { ModelName: name63 },
    permissions: (input, call) => on("DeleteModel", call, "model", input.ModelName),
    handle: (input, call) => {
      const arn = arnOf(call, "model", input.ModelName);
      if (!endpoints.deleteModel(input.ModelName)) throw validationError(`Could not find model "${arn}".`);
      tags.clear(arn);
      return {};
    },
  });
