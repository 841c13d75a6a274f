import { createHash } from "node:crypto";
import { once } from "node:events";
import { request } from "node:http";
import type { IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import type { S3Client } from "@aws-sdk/client-s3";
import { signRequest } from "@strongroom/wire";
import { region } from "./road.ts";

export type Headers = readonly (readonly [string, string])[];

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
}

interface Request {
  readonly method: string;
  readonly target: string;
  readonly headers?: Headers;
  readonly body?: string;
}

/** Whom a client signs as, now. */
export const signerOf = async (client: S3Client) => ({
  ...(await client.config.credentials()),
  ...{ region, service: "s3", now: new Date(), pathStyle: "s3" as const },
});

/** A request as it stands; a character of a header's value is a byte. */
export async function sendRequest(endpoint: string, x: Request): Promise<Answer> {
  const { method, target, headers = [], body = "" } = x;
  const sent = request(endpoint, { method, path: target, headers: headers.flat() });
  // Behind a text Node would send the head in UTF-8.
  sent.end(Buffer.from(body));
  const [got] = (await once(sent, "response")) as [IncomingMessage];
  const told = Object.entries(got.headers).map(([name, value]) => [name, String(value)]);
  return {
    status: got.statusCode ?? 0,
    headers: Object.fromEntries(told) as Answer["headers"],
    text: (await buffer(got)).toString(),
  };
}

/** A request that no client writes, with the signature of one in its headers. */
export async function signedRequest(endpoint: string, client: S3Client, x: Request): Promise<Answer> {
  const { method, target, headers = [], body = "" } = x;
  const host = ["host", new URL(endpoint).host] as const;
  const length = headers.some(([name]) => name === "transfer-encoding")
    ? []
    : [["content-length", String(Buffer.byteLength(body))] as const];
  const head = { method, target, headers: [host, ...headers, ...length] };
  const { head: sent } = signRequest(head, await signerOf(client), createHash("sha256").update(body).digest("hex"));
  return await sendRequest(endpoint, { method, target, headers: sent.headers, body });
}

export const codeOf = ({ text }: Answer) => /<Code>([^<]*)</.exec(text)?.[1];
