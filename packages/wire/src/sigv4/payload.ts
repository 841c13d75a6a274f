import { createHash } from "node:crypto";
import { checksum, type ChecksumAlgorithm } from "./checksum.ts";
import { oneByOne, readChunks, type ChunkListener, type Gathering } from "./chunked.ts";
import type { Claim } from "./claim.ts";
import type { RunningChecksum } from "./crc.ts";
import { PayloadRefused } from "./payload-refused.ts";
import { algorithm, equalInConstantTime, scopeText, sha256Hex, signatureOf } from "./signing-key.ts";

/** What a body computes of itself while it is read, and is held to. */
export interface BodyDigests {
  /** What is claimed, and so will be there at the end. */
  readonly claimed: ReadonlySet<DigestName>;
  /** Base64 digests that were claimed and held; filled when the iteration has ended. */
  readonly checksums: ReadonlyMap<DigestName, string>;
}

export type DigestName = ChecksumAlgorithm | "md5";

/** The decoded body of a verified request. Whoever stores it keeps nothing unless the iteration ends. */
export interface VerifiedPayload extends AsyncIterable<Uint8Array>, BodyDigests {}

/** Hashes of a body, computed wherever that is fastest. */
export interface BodyHash {
  /** Takes the next bytes, which stay the caller's; where it answers a promise, more are taken after it. */
  update(bytes: Uint8Array): Promise<void> | undefined;
  /** Of all that was taken, in the order of the algorithms. */
  digests(): Promise<readonly Uint8Array[]>;
  /** Lets go of a body that will not be finished; nothing where it is. */
  giveUp(): void;
}

type HashName = "sha256" | "md5";

/** How a body's bytes are brought together and hashed; whoever reads large ones knows better than one by one and here. */
export interface PayloadMeans {
  newHash(algorithms: readonly HashName[]): BodyHash;
  newGathering(): Gathering;
}

const plainMeans: PayloadMeans = { newHash: (algorithms) => new HashHere(algorithms), newGathering: () => oneByOne };

/**
 * The body that a verified claim speaks of: hash, chunk signatures, trailer, decoded length and every
 * checksum in head or trailer are verified while it is read. Throws PayloadRefused, at the end of the
 * body at the latest; bytes before that are not yet vouched for.
 */
export function payloadOf(
  claim: Claim,
  signingKey: Uint8Array,
  source: AsyncIterable<Uint8Array>,
  means: PayloadMeans = plainMeans,
): VerifiedPayload {
  const { mode } = claim.payload;
  const chunked = mode.kind === "signed-chunks" || mode.kind === "unsigned-trailer";
  return new Payload(claim, (held) =>
    chunked ? readStreaming(claim, signingKey, source, held, means) : readWhole(claim, source, held, means),
  );
}

/** The same for a body that its signature does not cover, as in a browser's form: the checksums it claims must hold. */
export function uncoveredPayloadOf(claim: Pick<Claim, "payload">, source: AsyncIterable<Uint8Array>): VerifiedPayload {
  return new Payload(claim, (held) => readWhole(claim, source, held, plainMeans));
}

/** The digests of a body that came out of one of the two above; undefined for any other. */
export function digestsOf(body: AsyncIterable<Uint8Array>): BodyDigests | undefined {
  return body instanceof Payload ? body : undefined;
}

type Held = Map<DigestName, string>;

class Payload implements VerifiedPayload {
  readonly claimed: ReadonlySet<DigestName>;
  readonly checksums: Held = new Map();
  readonly #read: (held: Held) => AsyncIterator<Uint8Array>;

  constructor({ payload }: Pick<Claim, "payload">, read: (held: Held) => AsyncIterator<Uint8Array>) {
    const inHead = payload.checksums.map(([name]) => name);
    this.claimed = new Set(payload.trailer === undefined ? inHead : [...inHead, payload.trailer]);
    this.#read = read;
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return this.#read(this.checksums);
  }
}

async function* readWhole(
  claim: Pick<Claim, "payload">,
  source: AsyncIterable<Uint8Array>,
  held: Held,
  means: PayloadMeans,
): AsyncGenerator<Uint8Array, void> {
  const { mode } = claim.payload;
  const checksums = new ClaimedChecksums(claim, ["sha256", "md5"]);
  // In the mode `hash-of-body` the signature itself has been verified over the body's hash.
  const covered = mode.kind === "hash" ? mode.sha256 : undefined;
  const names = (["sha256", "md5"] as const).filter(
    (name) => checksums.has(name) || (name === "sha256" && covered !== undefined),
  );
  const hash = names.length === 0 ? undefined : means.newHash(names);
  try {
    for await (const bytes of source) {
      const taken = hash?.update(bytes);
      if (taken !== undefined) await taken;
      checksums.update(bytes);
      yield bytes;
    }
    const computed = (await hash?.digests()) ?? [];
    const digests = new Map(names.map((name, index) => [name, Buffer.from(computed[index] ?? "")]));
    if (covered !== undefined && !equalInConstantTime(digests.get("sha256")?.toString("hex") ?? "", covered)) {
      throw new PayloadRefused(
        "XAmzContentSHA256Mismatch",
        "The provided x-amz-content-sha256 header does not match what was computed.",
      );
    }
    checksums.finish(held, digests);
  } finally {
    hash?.giveUp();
  }
}

class HashHere implements BodyHash {
  readonly #hashes;

  constructor(algorithms: readonly HashName[]) {
    this.#hashes = algorithms.map((algorithm) => createHash(algorithm));
  }

  update(bytes: Uint8Array): undefined {
    for (const hash of this.#hashes) hash.update(bytes);
  }

  digests(): Promise<readonly Uint8Array[]> {
    return Promise.resolve(this.#hashes.map((hash) => hash.digest()));
  }

  giveUp(): void {
    // Nothing is held beside the hashes themselves.
  }
}

async function* readStreaming(
  claim: Claim,
  signingKey: Uint8Array,
  source: AsyncIterable<Uint8Array>,
  held: Held,
  means: PayloadMeans,
): AsyncGenerator<Uint8Array, void> {
  const checksums = new ClaimedChecksums(claim);
  const listener = new ChunkVerifier(claim, signingKey, checksums);
  yield* readChunks(source, listener, means.newGathering());
  listener.finish();
  checksums.finish(held);
}

/** Every checksum that the head or the trailer claims, computed over the decoded body. */
class ClaimedChecksums {
  readonly #claimed = new Map<DigestName, { expected: string[]; running: RunningChecksum | undefined }>();
  readonly #elsewhere: readonly DigestName[];

  /** What is computed elsewhere is given at the end. */
  constructor(claim: Pick<Claim, "payload">, elsewhere: readonly DigestName[] = []) {
    this.#elsewhere = elsewhere;
    for (const [algorithm, expected] of claim.payload.checksums) this.#entry(algorithm).expected.push(expected);
    if (claim.payload.trailer !== undefined) this.#entry(claim.payload.trailer);
  }

  has(name: DigestName): boolean {
    return this.#claimed.has(name);
  }

  update(bytes: Uint8Array): void {
    for (const { running } of this.#claimed.values()) running?.update(bytes);
  }

  expect(algorithm: ChecksumAlgorithm, base64: string): void {
    this.#entry(algorithm).expected.push(base64);
  }

  finish(held: Held, given: ReadonlyMap<DigestName, Uint8Array> = new Map()): void {
    for (const [name, { expected, running }] of this.#claimed) {
      const digest = running?.digest() ?? given.get(name);
      if (digest === undefined) throw new Error(`the ${name} of a body was not computed`);
      const actual = Buffer.from(digest).toString("base64");
      for (const text of expected) {
        if (Buffer.from(text, "base64").toString("base64") !== text || text.length !== actual.length) {
          throw invalidDigest(name);
        }
        if (!equalInConstantTime(text, actual)) {
          throw new PayloadRefused(
            "BadDigest",
            `The ${name} checksum that you specified did not match what was computed.`,
          );
        }
      }
      held.set(name, actual);
    }
  }

  #entry(name: DigestName): { expected: string[] } {
    let entry = this.#claimed.get(name);
    if (entry === undefined) {
      const running = this.#elsewhere.includes(name) ? undefined : checksum(name);
      this.#claimed.set(name, (entry = { expected: [], running }));
    }
    return entry;
  }
}

/** As in S3, what cannot be a digest is named after the header that should hold one. */
const invalidDigest = (name: DigestName): PayloadRefused =>
  name === "md5"
    ? new PayloadRefused("InvalidDigest", "The Content-MD5 you specified was invalid.")
    : new PayloadRefused("InvalidRequest", `Value for x-amz-checksum-${name} header is invalid.`);

const emptySha256 = sha256Hex("");

/** ② each chunk's signature covers its bytes and the signature before it; the first follows the head's. */
class ChunkVerifier implements ChunkListener {
  readonly #claim: Claim;
  readonly #signingKey: Uint8Array;
  readonly #checksums: ClaimedChecksums;
  readonly #signed: boolean;
  #previous: string;
  #expected: string | undefined;
  #hash = createHash("sha256");
  #decodedBytes = 0;
  #trailerValue: string | undefined;
  #trailerSignature: string | undefined;

  constructor(claim: Claim, signingKey: Uint8Array, checksums: ClaimedChecksums) {
    this.#claim = claim;
    this.#signingKey = signingKey;
    this.#checksums = checksums;
    this.#signed = claim.payload.mode.kind === "signed-chunks";
    this.#previous = claim.signature;
  }

  begin(sizeBytes: number, signature: string | undefined): void {
    if (this.#signed !== (signature !== undefined)) {
      throw new PayloadRefused(
        this.#signed ? "SignatureDoesNotMatch" : "InvalidRequest",
        "A chunk's signature is missing or unexpected.",
      );
    }
    this.#expected = signature;
    this.#decodedBytes += sizeBytes;
    if (this.#decodedBytes > (this.#claim.payload.decodedLength ?? 0)) throw wrongLength();
    if (this.#signed) this.#hash = createHash("sha256");
  }

  data(bytes: Uint8Array): void {
    if (this.#signed) this.#hash.update(bytes);
    this.#checksums.update(bytes);
  }

  end(): void {
    if (!this.#signed) return;
    const signature = this.#sign("PAYLOAD", [emptySha256, this.#hash.digest("hex")]);
    if (!equalInConstantTime(signature, this.#expected ?? "")) throw wrongSignature("chunk");
    this.#previous = signature;
  }

  trailer(name: string, value: string): void {
    const { mode, trailer } = this.#claim.payload;
    if (
      name === "x-amz-trailer-signature" &&
      mode.kind === "signed-chunks" &&
      mode.trailer &&
      this.#trailerSignature === undefined
    ) {
      this.#trailerSignature = value;
    } else if (trailer !== undefined && name === `x-amz-checksum-${trailer}` && this.#trailerValue === undefined) {
      this.#trailerValue = value;
      this.#checksums.expect(trailer, value);
    } else {
      throw new PayloadRefused(
        "MalformedTrailerError",
        `The trailer ${name} was not announced in x-amz-trailer, or stands twice.`,
      );
    }
  }

  finish(): void {
    const { mode, trailer, decodedLength } = this.#claim.payload;
    if (this.#decodedBytes !== decodedLength) throw wrongLength();
    if (trailer === undefined) return;
    if (this.#trailerValue === undefined) {
      throw new PayloadRefused("MalformedTrailerError", `The trailer x-amz-checksum-${trailer} is missing.`);
    }
    if (mode.kind !== "signed-chunks") return;
    const signature = this.#sign("TRAILER", [sha256Hex(`x-amz-checksum-${trailer}:${this.#trailerValue}\n`)]);
    if (!equalInConstantTime(signature, this.#trailerSignature ?? "")) throw wrongSignature("trailer");
  }

  #sign(what: "PAYLOAD" | "TRAILER", hashes: readonly string[]): string {
    const { timestamp, scope } = this.#claim;
    return signatureOf(
      this.#signingKey,
      [`${algorithm}-${what}`, timestamp, scopeText(scope), this.#previous, ...hashes].join("\n"),
    );
  }
}

function wrongLength(): PayloadRefused {
  return new PayloadRefused("IncompleteBody", "The decoded body is not as long as x-amz-decoded-content-length says.");
}

function wrongSignature(of: "chunk" | "trailer"): PayloadRefused {
  return new PayloadRefused(
    "SignatureDoesNotMatch",
    `The ${of} signature we calculated does not match the signature you provided.`,
  );
}
