import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { connect } from "node:tls";
import type { Credentials, Place } from "@strongroom/testkit";
import type { HttpRequestHead, Signer } from "@strongroom/wire";

export interface RawAnswer {
  /** 0 where the connection ended without an answer. */
  readonly status: number;
  /** The code of the error document, in whatever form it came. */
  readonly code: string;
  readonly text: string;
}

export const sha256 = (bytes: string | Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

export const hostOf = (place: Place): string => new URL(place.endpoint).host;

/** Who signs, for what: the administrator for S3 now, where nothing else is said. */
export function signerOf(place: Place, credentials: Credentials, over: Partial<Signer> = {}): Signer {
  return { ...credentials, region: place.region, service: "s3", now: new Date(), pathStyle: "s3", ...over };
}

/**
 * Puts a request onto the wire byte by byte as it stands, whatever a client library would say to it.
 * The body's length is declared unless the head does; where it declares more than there is, the
 * connection is closed early.
 */
export function sendRaw(place: Place, head: HttpRequestHead, body: string | Uint8Array = ""): Promise<RawAnswer> {
  const bytes = Buffer.from(body);
  const names = head.headers.map(([name]) => name);
  const lines = [
    `${head.method} ${head.target} HTTP/1.1`,
    ...head.headers.map(([name, value]) => `${name}: ${value}`),
    ...(names.includes("content-length") ? [] : [`content-length: ${bytes.byteLength}`]),
    "connection: close",
  ];
  const url = new URL(place.endpoint);
  const socket = connect({ host: url.hostname, port: Number(url.port), ca: readFileSync(place.caPath) });
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    socket.on("data", (part: Buffer) => parts.push(part));
    socket.on("error", () => undefined);
    socket.on("close", () => {
      resolve(read(Buffer.concat(parts).toString("utf8")));
    });
    socket.write(Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), bytes]));
    const declared = head.headers.find(([name]) => name === "content-length")?.[1];
    if (declared !== undefined && Number(declared) > bytes.byteLength) socket.end();
  });
}

function read(answer: string): RawAnswer {
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? "0");
  const text = answer.slice(answer.indexOf("\r\n\r\n") + 4);
  const code = /<Code>([^<]*)<\/Code>/.exec(text)?.[1] ?? /"__type":"([^"]*)"/.exec(text)?.[1] ?? "";
  return { status, code, text };
}
