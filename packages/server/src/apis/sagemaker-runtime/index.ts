/**
 * Amazon SageMaker Runtime: requests to endpoints.
 *
 * Gaps: streaming answers, asynchronous requests, sessions, target models and containers, online explanations;
 * they are refused by name.
 *
 * By design: a request is recorded once, before it is answered; its payload is not in the record. A container's
 * own error comes back as ModelError (424) with the container's status and text, and is not captured. As in CloudTrail,
 * the record is a data event that names the endpoint.
 *
 * Client quirks: an endpoint that is not there answers ValidationError (not …Exception), as AWS does.
 */
import * as client from "@aws-sdk/client-sagemaker-runtime";
import { awsServices, service } from "@strongroom/wire";
import type { Endpoints } from "../../compute/index.ts";
import type { ServerService } from "../operation.ts";
import { endpointArn, invokeEndpoint } from "./invoke-endpoint.ts";

export const sagemakerRuntime = (
  faces: { readonly endpoints: Pick<Endpoints, "invoke"> },
  region: string,
): ServerService =>
  service(
    awsServices.sagemakerRuntime,
    client,
    [invokeEndpoint(faces.endpoints)],
    (_operation, { EndpointName: name }: { readonly EndpointName?: string }, accountId) => ({
      isData: true,
      resources:
        name === undefined
          ? []
          : [{ type: "AWS::SageMaker::Endpoint", ARN: endpointArn(name, { region, accountId }), accountId }],
    }),
  );
