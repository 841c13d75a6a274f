import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { answerType, writeAnswer } from "./answer-format.ts";
import { contractAt, isNotFound, JobFailure } from "./contract.ts";
import { loadPredictor, type Predictor } from "./predictor.ts";

/** A request may be 6 MiB long, as for SageMaker's endpoints. */
export const bodyBytesMax = 6 * 1024 * 1024;

/**
 * The `serve` program of the XGBoost image: GET /ping, GET /execution-parameters and POST /invocations.
 * @returns the listening server; closing it lets the requests in flight finish
 * @throws JobFailure when there is no model or it is not sound
 */
export async function serve(x: { root: string; port: number; host?: string }): Promise<Server> {
  const predictor = predictorOf(x.root);
  const server = createServer((request, response) => {
    void answer(predictor, request, response).catch(() => {
      if (!response.headersSent) refuse(response, 500, "The model could not answer.");
    });
  });
  server.keepAliveTimeout = 65_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(x.port, x.host ?? "0.0.0.0", resolve);
  });
  return server;
}

function predictorOf(root: string): Predictor {
  const { modelFile } = contractAt(root);
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(modelFile);
  } catch (error) {
    if (isNotFound(error)) throw new JobFailure("The model artefact holds no file named xgboost-model.");
    throw error;
  }
  const loading = loadPredictor(bytes);
  if (loading.kind === "refused") throw new JobFailure(`xgboost-model cannot be served: ${loading.message}.`);
  return loading.predictor;
}

async function answer(predictor: Predictor, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [path] = (request.url ?? "").split("?");
  const route = `${request.method ?? ""} ${path ?? ""}`;
  switch (route) {
    case "GET /ping": {
      send(response, 200, "text/plain", "");
      return;
    }
    case "GET /execution-parameters": {
      send(
        response,
        200,
        "application/json",
        '{"MaxConcurrentTransforms":1,"BatchStrategy":"MULTI_RECORD","MaxPayloadInMB":6}',
      );
      return;
    }
    case "POST /invocations":
      return invoke(predictor, request, response);
    default: {
      refuse(response, path === "/ping" || path === "/invocations" ? 405 : 404, `There is no ${route}.`);
      return;
    }
  }
}

async function invoke(predictor: Predictor, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const contentType = (request.headers["content-type"] ?? "text/csv").split(";")[0]?.trim().toLowerCase();
  if (contentType !== "text/csv" && contentType !== "csv") {
    refuse(response, 415, `Content type ${contentType ?? ""} is not supported; text/csv is.`);
    return;
  }
  const type = answerType(request.headers.accept);
  if (type === undefined) {
    const served = "text/csv, application/json and application/jsonlines";
    refuse(response, 406, `Accept ${request.headers.accept ?? ""} cannot be answered; ${served} can.`);
    return;
  }
  const body = await readBody(request);
  if (body === undefined) {
    refuse(response, 413, `The request is longer than ${bodyBytesMax} bytes.`);
    return;
  }
  const answered = predictor.predictCsv(body);
  if (answered.kind === "malformed") {
    refuse(response, 400, `Malformed input: ${answered.message}`);
    return;
  }
  const text = writeAnswer(type, answered.values, answered.perRow);
  send(response, 200, type === "text/csv" ? "text/csv; charset=utf-8" : type, text);
}

/** By its events: for one small chunk an iterator takes longer than the model does. */
function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  return new Promise((resolve, reject) => {
    if (Number(request.headers["content-length"] ?? 0) > bodyBytesMax) {
      resolve(undefined);
      return;
    }
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    request.on("data", (chunk: Uint8Array) => {
      bytes += chunk.length;
      if (bytes > bodyBytesMax) resolve(undefined);
      else chunks.push(chunk);
    });
    request.once("error", reject);
    request.once("end", () => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)));
  });
}

function refuse(response: ServerResponse, status: number, message: string): void {
  // What was not read of a refused request would be taken for the next one.
  if (status === 413) response.setHeader("connection", "close");
  send(response, status, "text/plain; charset=utf-8", message);
}

function send(response: ServerResponse, status: number, type: string, text: string): void {
  const bytes = Buffer.from(text);
  response.writeHead(status, { "content-type": type, "content-length": bytes.length }).end(bytes);
}
