import { DescribeEndpointConfigCommand } from "@aws-sdk/client-sagemaker";
import type { DescribeEndpointConfigOutput } from "@aws-sdk/client-sagemaker";
import type { Answer } from "@strongroom/wire";
import type { EndpointConfigRequest, Endpoints } from "../../../compute/index.ts";
import { operation } from "../../operation.ts";
import { name63 } from "../member-rules.ts";
import { arnOf, on, time } from "../resource-arn.ts";
import { validationError } from "../sagemaker-error.ts";
import { untagged } from "../untagged.ts";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeEndpointConfig.html */
export const describeEndpointConfig = (endpoints: Pick<Endpoints, "config">) =>
  operation(DescribeEndpointConfigCommand, {
    members: { EndpointConfigName: name63 },
    permissions: (input, call) => on("DescribeEndpointConfig", call, "endpoint-config", input.EndpointConfigName),
    mutates: false,
    handle: (input, call) => {
      const config = endpoints.config(input.EndpointConfigName);
      if (config === undefined) {
        const arn = arnOf(call, "endpoint-config", input.EndpointConfigName);
        throw validationError(`Could not find endpoint configuration "${arn}".`);
      }
      const request = untagged(config.request);
      return {
        ...(request as Omit<EndpointConfigRequest, "Tags" | "ProductionVariants"> &
          Pick<Answer<DescribeEndpointConfigOutput>, "ProductionVariants">),
        EndpointConfigArn: config.arn,
        CreationTime: time(config.createdAt),
      };
    },
  });
