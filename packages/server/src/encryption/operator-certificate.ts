import { createPrivateKey, X509Certificate } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createSecureContext } from "node:tls";
import type { SecureContext, TlsOptions } from "node:tls";
import type { Clock } from "../platform/index.ts";

/** Where the operator keeps a certificate with its chain, and its private key, both as PEM. */
export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
}

interface LoadedCertificate {
  readonly kind: "loaded";
  readonly context: SecureContext;
  readonly leaf: X509Certificate;
  /** What both files held. */
  readonly content: string;
}

interface UnusableCertificate {
  readonly kind: "refused";
  /** Names the file and what is wrong with it; tells nothing of the key. */
  readonly message: string;
}

const serverAuthentication = "1.3.6.1.5.5.7.3.1";
const refreshIntervalMs = 30_000;

/**
 * The operator's own certificate, shown to clients that ask for one of its names. Who asks by address or for
 * localhost is shown one of the server's own authority, as are jobs. The files are looked at again and again: a
 * renewed pair is used from the next connection on, one that is not sound is reported and the old one stays.
 */
export class OperatorCertificate implements Disposable {
  readonly #files: CertificateFiles;
  readonly #clock: Clock;
  readonly #report: (problem: string) => void;
  readonly #timer: NodeJS.Timeout;
  #loaded: LoadedCertificate;
  #reported = "";

  constructor(
    x: { files: CertificateFiles; clock: Clock; report: (problem: string) => void },
    loaded: LoadedCertificate,
  ) {
    this.#files = x.files;
    this.#clock = x.clock;
    this.#report = x.report;
    this.#loaded = loaded;
    this.#timer = setInterval(() => void this.refresh(), refreshIntervalMs).unref();
  }

  /** DNS names, as the certificate has them. */
  get names(): readonly string[] {
    return namesOf(this.#loaded.leaf);
  }

  get expiresAt(): Date {
    return this.#loaded.leaf.validToDate;
  }

  /** For node:tls and node:https, beside a certificate for everybody else. */
  get tlsOptions(): Required<Pick<TlsOptions, "SNICallback">> {
    return {
      SNICallback: (name, answer) => {
        const { leaf, context } = this.#loaded;
        answer(null, leaf.checkHost(name, { subject: "never" }) === undefined ? undefined : context);
      },
    };
  }

  /** Takes over what the files hold now, where it is sound. */
  async refresh(): Promise<void> {
    const read = await loadCertificate(this.#files, this.#clock.now(), this.#loaded.content);
    if (read === "same") return;
    if (read.kind === "loaded") {
      this.#loaded = read;
      this.#reported = "";
    } else if (read.message !== this.#reported) {
      this.#reported = read.message;
      this.#report(read.message);
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

/** Reads the pair for a start; a pair that could not be shown is refused, with what is wrong. */
export async function openOperatorCertificate(x: {
  files: CertificateFiles;
  clock: Clock;
  report: (problem: string) => void;
}): Promise<OperatorCertificate | UnusableCertificate> {
  const loaded = await loadCertificate(x.files, x.clock.now());
  if (loaded === "same") throw new Error("nothing was loaded before");
  return loaded.kind === "refused" ? loaded : new OperatorCertificate(x, loaded);
}

async function loadCertificate(
  files: CertificateFiles,
  now: Date,
  before?: string,
): Promise<LoadedCertificate | UnusableCertificate | "same"> {
  const [chain, key] = [await readText(files.certificate), await readText(files.key)];
  if (typeof chain !== "string") return refused(files.certificate, chain.problem);
  if (typeof key !== "string") return refused(files.key, key.problem);
  const content = `${chain}\0${key}`;
  if (content === before) return "same";
  const leaf = parsed(() => new X509Certificate(chain));
  if (leaf === undefined) return refused(files.certificate, "is no certificate in PEM");
  const privateKey = parsed(() => createPrivateKey(key));
  if (privateKey === undefined) return refused(files.key, "is no private key in PEM, or one under a passphrase");
  const fault = faultOf(leaf, privateKey, now);
  if (fault !== undefined) return refused(files.certificate, fault);
  const context = parsed(() => createSecureContext({ cert: chain, key, minVersion: "TLSv1.2" }));
  if (context === undefined)
    return refused(files.certificate, "is not taken by OpenSSL: its key or digest is too weak");
  return { kind: "loaded", context, leaf, content };
}

function faultOf(leaf: X509Certificate, key: KeyObject, now: Date): string | undefined {
  if (!leaf.checkPrivateKey(key)) return "does not belong to the private key";
  if (leaf.validToDate <= now) return `expired on ${leaf.validToDate.toISOString()}`;
  if (leaf.validFromDate > now) return `is not valid before ${leaf.validFromDate.toISOString()}`;
  if (leaf.ca) return "is a certificate authority's, and no server's: put the server's own first";
  if (namesOf(leaf).length === 0) return "has no DNS name: clients that ask by address name nothing to choose it by";
  const uses = leaf.keyUsage as readonly string[] | undefined;
  if (uses !== undefined && !uses.includes(serverAuthentication)) return "is not made for servers (no serverAuth)";
  return undefined;
}

function namesOf(leaf: X509Certificate): string[] {
  const entries = (leaf.subjectAltName ?? "").split(", ");
  return entries.filter((entry) => entry.startsWith("DNS:")).map((entry) => entry.slice("DNS:".length));
}

function refused(file: string, problem: string): UnusableCertificate {
  return { kind: "refused", message: `${file} ${problem}` };
}

async function readText(path: string): Promise<string | { readonly problem: string }> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    return { problem: `cannot be read: ${(error as NodeJS.ErrnoException).code ?? "unknown"}` };
  }
}

/** What a parser of node:crypto gives; undefined where it throws, whose words are for nobody here. */
function parsed<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}
