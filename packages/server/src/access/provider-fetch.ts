import { X509Certificate } from "node:crypto";
import { request as plainRequest, type IncomingMessage } from "node:http";
import { request as tlsRequest, type RequestOptions } from "node:https";
import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";
import { isLoopback } from "./identity-providers.ts";

/** A provider could not be reached, or answered what is no answer. */
export class ProviderUnreachable extends Error {
  override readonly name = "ProviderUnreachable";
}

/** Of one fetch altogether. */
const timeoutMs = 5000;
const bodyBytesMax = 262_144;

/**
 * Gets a document of an identity provider: bounded in time and size, without following redirects, and
 * over TLS, but on this machine. ② The server's certificate leads to an authority that this machine
 * trusts, or to a certificate whose thumbprint the provider was registered with.
 * Throws ProviderUnreachable.
 */
export async function fetchFromProvider(
  address: string,
  { thumbprints, fromLoopback }: { readonly thumbprints: readonly string[]; readonly fromLoopback: boolean },
): Promise<Buffer> {
  const url = URL.parse(address);
  if (url === null) throw new ProviderUnreachable("the address is malformed");
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    if (url.protocol === "http:" && fromLoopback && isLoopback(url)) return await get(plainRequest, url, { signal });
    if (url.protocol !== "https:") throw new ProviderUnreachable("the address is not one of https");
    return await getOverTls(url, thumbprints, signal);
  } catch (error) {
    if (error instanceof ProviderUnreachable) throw error;
    const code = error instanceof Error && "code" in error ? String(error.code) : "no answer";
    throw new ProviderUnreachable(signal.aborted ? "it took too long" : code);
  }
}

async function getOverTls(url: URL, thumbprints: readonly string[], signal: AbortSignal): Promise<Buffer> {
  try {
    return await get(tlsRequest, url, { signal });
  } catch (error) {
    const pinned = isUntrusted(error) ? await pinnedCertificate(url, thumbprints, signal) : undefined;
    if (pinned === undefined) throw error;
    // OpenSSL checks the whole chain, from the server's certificate up to the pinned one, and the name.
    return await get(tlsRequest, url, { signal, ca: [pinned], allowPartialTrustChain: true });
  }
}

const untrustedCodes = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

function isUntrusted(error: unknown): boolean {
  return error instanceof Error && "code" in error && untrustedCodes.has(String(error.code));
}

/** The certificate that the server shows whose thumbprint is registered; nothing is sent while looking. */
async function pinnedCertificate(
  url: URL,
  thumbprints: readonly string[],
  signal: AbortSignal,
): Promise<string | undefined> {
  if (thumbprints.length === 0) return undefined;
  const socket = await handshake({ ...hostOf(url), rejectUnauthorized: false }, signal);
  try {
    const shown = chainOf(socket).find((one) => thumbprints.includes(thumbprintOf(one)));
    return shown?.toString();
  } finally {
    socket.destroy();
  }
}

/** SHA-1 of the certificate in hexadecimal, as IAM writes it. */
function thumbprintOf(certificate: X509Certificate): string {
  return certificate.fingerprint.replaceAll(":", "").toLowerCase();
}

function chainOf(socket: TLSSocket): readonly X509Certificate[] {
  const chain: X509Certificate[] = [];
  let at: ReturnType<TLSSocket["getPeerCertificate"]> | undefined = socket.getPeerCertificate(true);
  while (at?.raw !== undefined && chain.length < 10) {
    const next: unknown = "issuerCertificate" in at ? at.issuerCertificate : undefined;
    chain.push(new X509Certificate(at.raw));
    at = next === at ? undefined : (next as typeof at | undefined);
  }
  return chain;
}

function handshake(options: ConnectionOptions, signal: AbortSignal): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect(options, () => resolve(socket));
    socket.once("error", reject);
    signal.addEventListener("abort", () => socket.destroy(new Error("it took too long")), { once: true });
  });
}

function hostOf({ hostname, port }: URL): ConnectionOptions {
  const isAddress = /^[\d.]+$|^\[/.test(hostname);
  return { host: hostname, port: Number(port || 443), ...(isAddress ? {} : { servername: hostname }) };
}

type Request = (url: URL, options: RequestOptions, answered: (response: IncomingMessage) => void) => Sent;
interface Sent {
  once(event: "error", listener: (error: Error) => void): unknown;
  end(): unknown;
}

function get(request: Request, url: URL, options: RequestOptions & ConnectionOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const headers = { accept: "application/json", "accept-encoding": "identity" };
    const sent = request(url, { ...options, agent: false, headers }, (response) => {
      bodyOf(response).then(resolve, reject);
    });
    sent.once("error", reject);
    sent.end();
  });
}

async function bodyOf(response: IncomingMessage): Promise<Buffer> {
  if (response.statusCode !== 200) {
    response.destroy();
    throw new ProviderUnreachable(`it answered with status ${response.statusCode ?? 0}`);
  }
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    size += part.byteLength;
    if (size > bodyBytesMax) throw new ProviderUnreachable("its answer is too long");
    parts.push(part);
  }
  return Buffer.concat(parts);
}
