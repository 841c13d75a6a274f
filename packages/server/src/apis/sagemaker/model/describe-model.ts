import { DescribeModelCommand } from "@aws-sdk/client-sagemaker";
import type { Endpoints } from "../../../compute/index.ts";
import { operation } from "../../operation.ts";
import { name63 } from "../member-rules.ts";
import { arnOf, on, time } from "../resource-arn.ts";
import { validationError } from "../sagemaker-error.ts";
import { untagged } from "../untagged.ts";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeModel.html */
export const describeModel = (endpoints: Pick<Endpoints, "model">) =>
  operation(DescribeModelCommand, {
    members: { ModelName: name63 },
    permissions: (input, call) => on("DescribeModel", call, "model", input.ModelName),
    mutates: false,
    handle: (input, call) => {
      const model = endpoints.model(input.ModelName);
      if (model === undefined) {
        throw validationError(`Could not find model "${arnOf(call, "model", input.ModelName)}".`);
      }
      const request = untagged(model.request);
      return {
        ...request,
        ModelArn: model.arn,
        CreationTime: time(model.createdAt),
        EnableNetworkIsolation: request.EnableNetworkIsolation ?? false,
      };
    },
  });
