import { InvokeEndpointCommand, ModelError, ServiceUnavailable } from "@aws-sdk/client-sagemaker-runtime";
import { AwsError, blob, text } from "@strongroom/wire";
import type { Endpoints } from "../../compute/index.ts";
import { operation } from "../operation.ts";

const header = text({ max: 1024, pattern: /\p{ASCII}*/u });
const payloadBytesMax = 6 * 1024 * 1024;

export const endpointArn = (name: string, at: { readonly region: string; readonly accountId: string }) =>
  `arn:aws:sagemaker:${at.region}:${at.accountId}:endpoint/${name}`;

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html */
export const invokeEndpoint = (endpoints: Pick<Endpoints, "invoke">) =>
  operation(InvokeEndpointCommand, {
    members: {
      EndpointName: text({ min: 1, max: 63, pattern: /[a-zA-Z0-9](-*[a-zA-Z0-9])*/ }),
      Body: blob({ max: payloadBytesMax }),
      ContentType: header,
      Accept: header,
      CustomAttributes: header,
      TargetVariant: text({ max: 63, pattern: /[a-zA-Z0-9](-*[a-zA-Z0-9])*/ }),
      InferenceId: text({ min: 1, max: 64, pattern: /[A-Za-z0-9+\-_=./:]+/ }),
    },
    permissions: (input, call) => [
      { action: "sagemaker:InvokeEndpoint", resource: endpointArn(input.EndpointName, call) },
    ],
    mutates: false,
    handle: async (input) => {
      const answer = await endpoints.invoke({
        endpointName: input.EndpointName,
        body: input.Body,
        contentType: input.ContentType,
        accept: input.Accept,
        customAttributes: input.CustomAttributes,
        inferenceId: input.InferenceId,
        targetVariant: input.TargetVariant,
      });
      switch (answer.kind) {
        case "answered":
          return {
            Body: answer.body,
            ContentType: answer.contentType,
            InvokedProductionVariant: answer.variantName,
            CustomAttributes: answer.customAttributes,
          };
        case "invalid":
          throw new AwsError({ code: "ValidationError", message: answer.message, status: 400 });
        case "unavailable":
          throw new ServiceUnavailable({ Message: answer.message, message: answer.message, $metadata: {} });
        case "model-error":
          throw new ModelError({
            Message: answer.message,
            message: answer.message,
            OriginalStatusCode: answer.originalStatus,
            OriginalMessage: answer.originalMessage,
            LogStreamArn: answer.logStreamArn,
            $metadata: {},
          });
      }
    },
  });
