import { DescribeEndpointCommand } from "@aws-sdk/client-sagemaker";
import type { DescribeEndpointOutput } from "@aws-sdk/client-sagemaker";
import type { Answer } from "@strongroom/wire";
import type { Endpoint, Endpoints } from "../../../compute/index.ts";
import { operation } from "../../operation.ts";
import { name63 } from "../member-rules.ts";
import { arnOf, on, time } from "../resource-arn.ts";
import { validationError } from "../sagemaker-error.ts";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeEndpoint.html */
export const describeEndpoint = (endpoints: Pick<Endpoints, "endpoint">) =>
  operation(DescribeEndpointCommand, {
    members: { EndpointName: name63 },
    permissions: (input, call) => on("DescribeEndpoint", call, "endpoint", input.EndpointName),
    mutates: false,
    handle: (input, call) => {
      const endpoint = endpoints.endpoint(input.EndpointName);
      if (endpoint === undefined) {
        throw validationError(`Could not find endpoint "${arnOf(call, "endpoint", input.EndpointName)}".`);
      }
      return described(endpoint);
    },
  });

function described(endpoint: Endpoint): Answer<DescribeEndpointOutput> {
  const { config, imageDigest } = endpoint;
  const capture = config.DataCaptureConfig;
  const instances = endpoint.status === "InService" ? 1 : 0;
  return {
    EndpointName: endpoint.name,
    EndpointArn: endpoint.arn,
    EndpointConfigName: config.EndpointConfigName,
    ProductionVariants: config.ProductionVariants.map((variant) => ({
      VariantName: variant.VariantName,
      DeployedImages: [
        {
          SpecifiedImage: endpoint.model.PrimaryContainer.Image,
          ...(imageDigest === undefined ? {} : { ResolvedImage: resolved(endpoint, imageDigest) }),
          ResolutionTime: time(endpoint.modifiedAt),
        },
      ],
      CurrentWeight: variant.InitialVariantWeight ?? 1,
      DesiredWeight: variant.InitialVariantWeight ?? 1,
      CurrentInstanceCount: instances,
      DesiredInstanceCount: 1,
    })),
    ...(capture === undefined
      ? {}
      : {
          DataCaptureConfig: {
            EnableCapture: capture.EnableCapture ?? false,
            CaptureStatus: capture.EnableCapture === true && instances === 1 ? "Started" : "Stopped",
            CurrentSamplingPercentage: capture.InitialSamplingPercentage,
            DestinationS3Uri: capture.DestinationS3Uri,
            KmsKeyId: capture.KmsKeyId ?? "",
          },
        }),
    EndpointStatus: endpoint.status,
    ...(endpoint.failureReason === undefined ? {} : { FailureReason: endpoint.failureReason }),
    CreationTime: time(endpoint.createdAt),
    LastModifiedTime: time(endpoint.modifiedAt),
  };
}

/** ⑧ The image by digest, in the registry's form. */
function resolved(endpoint: Endpoint, digest: string): string {
  return `${endpoint.model.PrimaryContainer.Image.replace(/:[^:/]*$/, "")}@sha256:${digest}`;
}
