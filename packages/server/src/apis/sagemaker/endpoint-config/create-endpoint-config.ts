import { CreateEndpointConfigCommand } from "@aws-sdk/client-sagemaker";
import type { CreateEndpointConfigInput } from "@aws-sdk/client-sagemaker";
import { flag, given, integer, list, number, oneOf, text } from "@strongroom/wire";
import type { Validated } from "@strongroom/wire";
import type { Permission } from "../../../access/index.ts";
import { keyContext, present, tagContext, tagPermissions, tagsMax } from "../../../compute/index.ts";
import type { EndpointConfigRequest, Endpoints, ResourceTags } from "../../../compute/index.ts";
import { operation } from "../../operation.ts";
import type { ServerCall } from "../../operation.ts";
import { kmsKeyId, name63, s3Uri, tagMembers } from "../member-rules.ts";
import { arnOf } from "../resource-arn.ts";
import { required, validationError } from "../sagemaker-error.ts";

const contentType = text({ min: 1, max: 256, pattern: /[a-zA-Z0-9](-*[a-zA-Z0-9])*\/[a-zA-Z0-9](-*[a-zA-Z0-9.])*/ });

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpointConfig.html */
export const createEndpointConfig = (
  endpoints: Pick<Endpoints, "createConfig" | "keyArnOf">,
  tags: Pick<ResourceTags, "put">,
) =>
  operation(CreateEndpointConfigCommand, {
    members: {
      EndpointConfigName: name63,
      ProductionVariants: list(
        {
          VariantName: name63,
          ModelName: name63,
          InitialInstanceCount: integer({ min: 1, max: 1 }),
          InstanceType: given,
          InitialVariantWeight: number({ min: 0 }),
          VolumeSizeInGB: integer({ min: 1, max: 512 }),
        },
        { min: 1, max: 1 },
      ),
      DataCaptureConfig: {
        EnableCapture: flag(),
        InitialSamplingPercentage: integer({ min: 0, max: 100 }),
        DestinationS3Uri: s3Uri,
        KmsKeyId: kmsKeyId,
        CaptureOptions: list({ CaptureMode: oneOf("Input", "Output", "InputAndOutput") }, { min: 1, max: 32 }),
        CaptureContentTypeHeader: {
          CsvContentTypes: list(contentType, { min: 1, max: 10 }),
          JsonContentTypes: list(contentType, { min: 1, max: 10 }),
        },
      },
      Tags: list(tagMembers, { max: tagsMax }),
      KmsKeyId: kmsKeyId,
    },
    permissions: (input, call) => configPermissions(endpoints, requestOf(input), call),
    actions: ["sagemaker:CreateEndpointConfig", "sagemaker:AddTags"],
    handle: (input, call) => {
      const request = requestOf(input);
      // ② an alias may mean another key by now: what is made is what was decided on.
      for (const permission of configPermissions(endpoints, request, call)) call.authority.demand(permission);
      const made = endpoints.createConfig(request);
      if (made.kind === "invalid") throw validationError(made.message);
      if (made.kind === "name-taken") {
        throw validationError(`Cannot create already existing endpoint configuration "${made.arn}".`);
      }
      tags.put(made.thing.arn, input.Tags ?? []);
      return { EndpointConfigArn: made.thing.arn };
    },
  });

function configPermissions(
  endpoints: Pick<Endpoints, "keyArnOf">,
  request: EndpointConfigRequest,
  call: ServerCall,
): Permission[] {
  const arn = arnOf(call, "endpoint-config", request.EndpointConfigName);
  const context = {
    ...present({
      "sagemaker:InstanceTypes": request.ProductionVariants.map((variant) => variant.InstanceType),
      "sagemaker:ModelArn": request.ProductionVariants.map((variant) => arnOf(call, "model", variant.ModelName)),
    }),
    ...keyContext("VolumeKmsKey", request.KmsKeyId, (name) => endpoints.keyArnOf(name)),
    ...tagContext(request.Tags),
  };
  return [
    { action: "sagemaker:CreateEndpointConfig", resource: arn, context },
    ...tagPermissions(arn, request.Tags, "CreateEndpointConfig"),
  ];
}

function requestOf(input: Validated<CreateEndpointConfigInput>): EndpointConfigRequest {
  const { ProductionVariants, DataCaptureConfig, ...rest } = input;
  return {
    ...rest,
    ProductionVariants: ProductionVariants.map((variant) => ({
      ...variant,
      ModelName: required(variant.ModelName, "ProductionVariants.ModelName"),
      InstanceType: required(variant.InstanceType, "ProductionVariants.InstanceType"),
    })),
    ...(DataCaptureConfig === undefined ? {} : { DataCaptureConfig }),
  };
}
