import type { ContainerAnswer, ContainerClient } from "./container-call.ts";
import type { Endpoint } from "./endpoint.ts";
import type { CaptureStream, Invocation, InvocationOutcome } from "./invocation.ts";

/** An endpoint in service. */
export interface Serving {
  readonly endpoint: Endpoint;
  readonly client: ContainerClient;
  readonly capture: CaptureStream | undefined;
}

const invocationTimeoutMs = 60_000;
const originalMessageCharactersMax = 1024;

/** One request to the container of an endpoint in service, and its capture. */
export async function invoke(serving: Serving, invocation: Invocation): Promise<InvocationOutcome> {
  const variantName = serving.endpoint.config.ProductionVariants[0]?.VariantName ?? "";
  if (invocation.targetVariant !== undefined && invocation.targetVariant !== variantName) {
    const message = `Variant ${invocation.targetVariant} not found for endpoint ${serving.endpoint.name}`;
    return { kind: "invalid", message };
  }
  const answer = await serving.client.call({
    method: "POST",
    path: "/invocations",
    headers: headersOf(invocation),
    body: invocation.body,
    timeoutMs: invocationTimeoutMs,
  });
  if (answer.kind === "timed-out") return modelError(serving, 0, answer.message);
  if (answer.kind !== "answered") return { kind: "unavailable", message: answer.message };
  if (answer.status < 200 || answer.status > 299) {
    return modelError(serving, answer.status, answer.body.toString().slice(0, originalMessageCharactersMax));
  }
  capture(serving, invocation, answer);
  return {
    kind: "answered",
    body: answer.body,
    contentType: answer.contentType,
    customAttributes: answer.customAttributes,
    variantName,
  };
}

function headersOf(invocation: Invocation): Record<string, string> {
  const headers: Record<string, string> = {};
  if (invocation.contentType !== undefined) headers["content-type"] = invocation.contentType;
  if (invocation.accept !== undefined) headers["accept"] = invocation.accept;
  if (invocation.customAttributes !== undefined) {
    headers["x-amzn-sagemaker-custom-attributes"] = invocation.customAttributes;
  }
  if (invocation.inferenceId !== undefined) headers["x-amzn-sagemaker-inference-id"] = invocation.inferenceId;
  return headers;
}

/** In SageMaker's words, which name the log group. */
function modelError({ endpoint }: Serving, originalStatus: number, originalMessage: string): InvocationOutcome {
  const [, , , region = "", accountId = ""] = endpoint.arn.split(":");
  const group = `/aws/sagemaker/Endpoints/${endpoint.name}`;
  const what =
    originalStatus === 0
      ? `Invocation timed out while waiting for a response from container primary. ${originalMessage}.`
      : `Received ${originalStatus < 500 ? "client" : "server"} error (${originalStatus}) from primary with message "${originalMessage}".`;
  return {
    kind: "model-error",
    message: `${what} See ${group} in account ${accountId} for more information.`,
    originalStatus,
    originalMessage,
    logStreamArn: `arn:aws:logs:${region}:${accountId}:log-group:${group}`,
  };
}

function capture(serving: Serving, invocation: Invocation, answer: ContainerAnswer): void {
  serving.capture?.take({
    input: invocation.body,
    inputContentType: invocation.contentType,
    output: answer.body,
    outputContentType: answer.contentType,
    inferenceId: invocation.inferenceId,
    customAttributes: invocation.customAttributes,
  });
}
