import { KMSClient } from "@aws-sdk/client-kms";
import { AwsError, decode, encode, encodeError, route } from "@strongroom/wire";
import type { HttpAnswer, HttpRequestHead } from "@strongroom/wire";
import { AccessDenied } from "../../../access/index.ts";
import type { Authority } from "../../../access/index.ts";
import { accountId, region } from "../../../encryption/testing/key-house.ts";
import type { KeyHouse } from "../../../encryption/testing/key-house.ts";
import type { ServerService } from "../../operation.ts";
import { kms } from "../index.ts";

interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** The official client in front of the service, signed in as `authority`: all of the road but sockets and signatures. */
export function kmsClient(house: KeyHouse, authority: Authority): KMSClient {
  return new KMSClient({
    region,
    credentials: { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "example" },
    maxAttempts: 1,
    requestHandler: {
      async handle(request: SentRequest) {
        const served = kms(house);
        const headers = Object.entries(request.headers).map(
          ([name, value]) => [name.toLowerCase(), value] as [string, string],
        );
        const head: HttpRequestHead = { method: request.method, target: request.path, headers };
        const body = typeof request.body === "string" ? Buffer.from(request.body) : request.body;
        const answer = await answerTo(served, head, body, { authority, now: house.clock.now() });
        return {
          response: {
            statusCode: answer.status,
            headers: Object.fromEntries(answer.headers),
            body: answer.body,
          },
        };
      },
    },
  });
}

async function answerTo(
  served: ServerService,
  head: HttpRequestHead,
  body: Uint8Array,
  { authority, now }: { authority: Authority; now: Date },
): Promise<HttpAnswer> {
  const call = {
    authority,
    requestId: "request",
    now,
    accountId,
    region,
    headers: {},
    signal: new AbortController().signal,
  };
  try {
    const routed = route([served], head, "kms");
    if (routed.kind !== "operation") throw routed.kind === "refused" ? routed.error : new Error(routed.kind);
    const input = decode(routed, head, body);
    for (const permission of await routed.operation.permissions(input, call)) authority.demand(permission);
    return encode(routed, await routed.operation.handle(input, call), "request");
  } catch (error) {
    const denied = error instanceof AccessDenied;
    const shown = denied ? new AwsError({ ...served.errors.accessDenied, message: error.message }) : error;
    return encodeError(served, shown, "request", head);
  }
}
