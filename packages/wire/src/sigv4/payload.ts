import { createHash } from "node:crypto";
import { checksum, type ChecksumAlgorithm } from "./checksum.ts";
import { readChunks, type ChunkListener } from "./chunked.ts";
import type { Claim } from "./claim.ts";
import type { RunningChecksum } from "./crc.ts";
import { PayloadRefused } from "./payload-refused.ts";
import { algorithm, equalInConstantTime, scopeText, sha256Hex, signatureOf } from "./signing-key.ts";

/** The decoded body of a verified request. Whoever stores it keeps nothing unless the iteration ends. */
export interface VerifiedPayload extends AsyncIterable<Uint8Array> {
  /** Base64 digests that were claimed and held, by algorithm; filled when the iteration has ended. */
  readonly checksums: ReadonlyMap<ChecksumAlgorithm | "md5", string>;
}

/** The SHA-256 of a body, computed wherever that is fastest. */
export interface BodyHash {
  /** Takes the next bytes, which stay the caller's; where it answers a promise, more are taken after it. */
  update(bytes: Uint8Array): Promise<void> | undefined;
  /** Hexadecimal, of all that was taken. */
  digest(): Promise<string>;
  /** Lets go of a body that will not be finished; nothing where it is. */
  giveUp(): void;
}

/**
 * The body that a verified claim speaks of: hash, chunk signatures, trailer, decoded length and every
 * checksum in head or trailer are verified while it is read. Throws PayloadRefused, at the end of the
 * body at the latest; bytes before that are not yet vouched for.
 */
export function payloadOf(
  claim: Claim,
  signingKey: Uint8Array,
  source: AsyncIterable<Uint8Array>,
  newHash: () => BodyHash = () => new HashHere(),
): VerifiedPayload {
  const held = new Map<ChecksumAlgorithm | "md5", string>();
  const { mode } = claim.payload;
  const chunked = mode.kind === "signed-chunks" || mode.kind === "unsigned-trailer";
  const read = () =>
    chunked ? readStreaming(claim, signingKey, source, held) : readWhole(claim, source, held, newHash);
  return { checksums: held, [Symbol.asyncIterator]: read };
}

/** The same for a body that its signature does not cover, as in a browser's form: the checksums it claims must hold. */
export function uncoveredPayloadOf(claim: Pick<Claim, "payload">, source: AsyncIterable<Uint8Array>): VerifiedPayload {
  const held = new Map<ChecksumAlgorithm | "md5", string>();
  return { checksums: held, [Symbol.asyncIterator]: () => readWhole(claim, source, held, () => new HashHere()) };
}

type Held = Map<ChecksumAlgorithm | "md5", string>;

async function* readWhole(
  claim: Pick<Claim, "payload">,
  source: AsyncIterable<Uint8Array>,
  held: Held,
  newHash: () => BodyHash,
): AsyncGenerator<Uint8Array, void> {
  const { mode } = claim.payload;
  // In the mode `hash-of-body` the signature itself has been verified over the body's hash.
  const claimed = mode.kind === "hash" ? { sha256: mode.sha256, hash: newHash() } : undefined;
  const checksums = new ClaimedChecksums(claim);
  try {
    for await (const bytes of source) {
      const taken = claimed?.hash.update(bytes);
      if (taken !== undefined) await taken;
      checksums.update(bytes);
      yield bytes;
    }
    if (claimed !== undefined && !equalInConstantTime(await claimed.hash.digest(), claimed.sha256)) {
      throw new PayloadRefused(
        "XAmzContentSHA256Mismatch",
        "The provided x-amz-content-sha256 header does not match what was computed.",
      );
    }
    checksums.finish(held);
  } finally {
    claimed?.hash.giveUp();
  }
}

class HashHere implements BodyHash {
  readonly #hash = createHash("sha256");

  update(bytes: Uint8Array): undefined {
    this.#hash.update(bytes);
  }

  digest(): Promise<string> {
    return Promise.resolve(this.#hash.digest("hex"));
  }

  giveUp(): void {
    // Nothing is held beside the hash itself.
  }
}

async function* readStreaming(
  claim: Claim,
  signingKey: Uint8Array,
  source: AsyncIterable<Uint8Array>,
  held: Held,
): AsyncGenerator<Uint8Array, void> {
  const checksums = new ClaimedChecksums(claim);
  const listener = new ChunkVerifier(claim, signingKey, checksums);
  yield* readChunks(source, listener);
  listener.finish();
  checksums.finish(held);
}

/** Every checksum that the head or the trailer claims, computed over the decoded body. */
class ClaimedChecksums {
  readonly #claimed = new Map<ChecksumAlgorithm | "md5", { expected: string[]; running: RunningChecksum }>();

  constructor(claim: Pick<Claim, "payload">) {
    for (const [algorithm, expected] of claim.payload.checksums) this.#entry(algorithm).expected.push(expected);
    if (claim.payload.trailer !== undefined) this.#entry(claim.payload.trailer);
  }

  update(bytes: Uint8Array): void {
    for (const { running } of this.#claimed.values()) running.update(bytes);
  }

  expect(algorithm: ChecksumAlgorithm, base64: string): void {
    this.#entry(algorithm).expected.push(base64);
  }

  finish(held: Held): void {
    for (const [name, { expected, running }] of this.#claimed) {
      const actual = Buffer.from(running.digest()).toString("base64");
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

  #entry(algorithm: ChecksumAlgorithm | "md5"): { expected: string[]; running: RunningChecksum } {
    let entry = this.#claimed.get(algorithm);
    if (entry === undefined) this.#claimed.set(algorithm, (entry = { expected: [], running: checksum(algorithm) }));
    return entry;
  }
}

/** As in S3, what cannot be a digest is named after the header that should hold one. */
const invalidDigest = (name: ChecksumAlgorithm | "md5"): PayloadRefused =>
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
