/**
 * Amazon SageMaker Runtime: requests to endpoints.
 *
 * Gaps: streaming answers, asynchronous requests, sessions, target models and containers, online explanations;
 * they are refused by name.
 *
 * By design: a request is recorded once, before it is answered; its payload is not in the record. A container's
 * own error comes back as ModelError (424) with the container's status and text, and is not captured.
 *
 * Client quirks: an endpoint that is not there answers ValidationError (not …Exception), as AWS does.
 */
import * as client from "@aws-sdk/client-sagemaker-runtime";
import { awsServices, service } from "@strongroom/wire";
import type { Endpoints } from "../../compute/index.ts";
import type { ServerService } from "../operation.ts";
import { invokeEndpoint } from "./invoke-endpoint.ts";

export const sagemakerRuntime = (faces: { endpoints: Pick<Endpoints, "invoke"> }): ServerService =>
  service(awsServices.sagemakerRuntime, client, [invokeEndpoint(faces.endpoints)]);
