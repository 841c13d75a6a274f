import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { SecureContextOptions, Server } from "node:tls";
import { open, seal } from "@strongroom/envelope";
import type { Clock } from "../platform/index.ts";
import { writeDurably } from "../platform/index.ts";
import { issueServerCertificate, leafLifeMs, makeAuthority } from "./certificate-authority.ts";
import type { Authority, ServerCertificate } from "./certificate-authority.ts";
import type { Seal } from "./seal.ts";

const sealedFileName = "ca.sealed";
const publicFileName = "ca.pem";
const sealedAad = Buffer.from("strongroom certificate authority 1");

/** What every listener of the server always answers on. */
export const hostNames: readonly string[] = ["127.0.0.1", "::1", "localhost"];

const issuedMax = 1000;
const refreshIntervalMs = 12 * 60 * 60 * 1000;

/** The server's own certificate authority and the certificates that it issues. */
export interface Certificates {
  /** For clients to trust (AWS_CA_BUNDLE): public. */
  readonly caPath: string;
  readonly caPem: string;
  /** A certificate for these IP addresses and DNS names; kept in memory, renewed long before it ends. */
  certificateFor(names: readonly string[]): Promise<ServerCertificate>;
  /** The same as options for node:tls and node:https: TLS 1.2 at least. */
  tlsOptions(names: readonly string[]): Promise<SecureContextOptions>;
  /** Renews the certificate of a running server while it lives; dispose to stop. */
  keepFresh(server: Pick<Server, "setSecureContext">, names: readonly string[]): Disposable;
}

/**
 * Opens the certificate authority in `folder`, or makes it at the first start. Its private key lies
 * there sealed; `ca.pem` beside it is a copy of the certificate for clients.
 */
export async function openCertificates(x: { folder: string; seal: Seal; clock: Clock }): Promise<Certificates> {
  const sealingKey = x.seal.derive("certificate authority");
  const sealedPath = join(x.folder, sealedFileName);
  await mkdir(x.folder, { recursive: true, mode: 0o700 });
  const sealed = await readIfPresent(sealedPath);
  const authority =
    sealed === undefined ? await makeAuthority(x.clock.now()) : parse(open(sealingKey, sealed, sealedAad));
  if (authority === undefined) throw new Error(`${sealedPath} was changed: it does not open under the seal`);
  // ④ the authority's key reaches the disk sealed.
  if (sealed === undefined) await writeDurably(sealedPath, seal(sealingKey, serialize(authority), sealedAad));
  sealingKey.fill(0);
  const caPath = join(x.folder, publicFileName);
  const published = await readIfPresent(caPath);
  if (published?.toString("utf8") !== authority.certificatePem) {
    await writeDurably(caPath, authority.certificatePem, 0o644);
  }
  return new OwnCertificates(authority, caPath, x.clock);
}

class OwnCertificates implements Certificates {
  readonly caPath: string;
  readonly #authority: Authority;
  readonly #clock: Clock;
  readonly #issued = new Map<string, Promise<ServerCertificate>>();

  constructor(authority: Authority, caPath: string, clock: Clock) {
    this.#authority = authority;
    this.#clock = clock;
    this.caPath = caPath;
  }

  get caPem(): string {
    return this.#authority.certificatePem;
  }

  async certificateFor(names: readonly string[]): Promise<ServerCertificate> {
    const wanted = [...new Set(names)].sort();
    if (wanted.length === 0) throw new RangeError("a certificate is for at least one name");
    const key = wanted.join(" ");
    const now = this.#clock.now();
    const issued = await this.#issued.get(key);
    if (issued !== undefined && issued.expiresAt.getTime() - now.getTime() > leafLifeMs / 3) return issued;
    if (this.#issued.size >= issuedMax) this.#issued.clear();
    const issuing = issueServerCertificate(this.#authority, wanted, now);
    this.#issued.set(key, issuing);
    return issuing;
  }

  async tlsOptions(names: readonly string[]): Promise<SecureContextOptions> {
    const { cert, key } = await this.certificateFor(names);
    return { cert, key, minVersion: "TLSv1.2" };
  }

  keepFresh(server: Pick<Server, "setSecureContext">, names: readonly string[]): Disposable {
    const refresh = async (): Promise<void> => server.setSecureContext(await this.tlsOptions(names));
    const timer = setInterval(() => void refresh(), refreshIntervalMs);
    timer.unref();
    return { [Symbol.dispose]: () => clearInterval(timer) };
  }
}

function serialize(authority: Authority): Uint8Array {
  const privateKey = Buffer.from(authority.privateKey).toString("base64");
  return Buffer.from(JSON.stringify({ certificatePem: authority.certificatePem, privateKey }));
}

function parse(opened: Uint8Array | undefined): Authority | undefined {
  if (opened === undefined) return undefined;
  // It opened under the seal: this server wrote it, in this shape.
  const parsed = JSON.parse(Buffer.from(opened).toString("utf8")) as { certificatePem: string; privateKey: string };
  return { certificatePem: parsed.certificatePem, privateKey: Buffer.from(parsed.privateKey, "base64") };
}

async function readIfPresent(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
