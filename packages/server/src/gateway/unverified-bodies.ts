import { createHash } from "node:crypto";
import { AwsError, type ErrorName } from "@strongroom/wire";
import { tooLarge, type Bounded } from "./collect-body.ts";

interface Bounds {
  /** Of all bodies together. */
  readonly bytesMax: number;
  /** How long one body may take. */
  readonly msMax: number;
}

interface Unverified {
  /** undefined where it was not to be kept. */
  readonly body: Uint8Array | undefined;
  /** Hexadecimal, of all of it. */
  readonly sha256: string;
}

const defaultBounds: Bounds = { bytesMax: 64 * 1024 * 1024, msMax: 60_000 };

/** What a part takes beside its bytes: clients may send them one by one. */
const partBytes = 512;

/**
 * The bodies that are read before it is known who sent them, since it is their hash that was signed, or nothing was.
 * ② what all of them together hold is bounded, however many connections they come over.
 */
export class UnverifiedBodies {
  readonly #bounds: Bounds;
  #heldBytes = 0;

  constructor(bounds: Partial<Bounds> = {}) {
    this.#bounds = { ...defaultBounds, ...bounds };
  }

  /**
   * A whole body and its hash; with `keep` false it is read and hashed in the same way, and let go. Its bytes count
   * until it is whole: whoever asked decides on it at once. Throws AwsError where the body is longer than the operation
   * takes, takes too long, or has no room at the moment; the source is then left as it is.
   */
  async read(source: AsyncIterable<Uint8Array>, routed: Bounded, keep: boolean): Promise<Unverified> {
    const { errors } = routed.service;
    const hash = createHash("sha256");
    const parts: Uint8Array[] = [];
    let size = 0;
    let taken = 0;
    using arriving = new InTime(source, this.#bounds.msMax, () => tooSlow(errors.timeout, this.#bounds.msMax));
    try {
      for (let part = await arriving.next(); part !== undefined; part = await arriving.next()) {
        size += part.byteLength;
        if (size > routed.bodyBytesMax) throw tooLarge(routed);
        hash.update(part);
        if (!keep) continue;
        const takes = part.byteLength + partBytes;
        if (this.#heldBytes + takes > this.#bounds.bytesMax) throw busy(errors.busy);
        this.#heldBytes += takes;
        taken += takes;
        parts.push(part);
      }
      return { body: keep ? Buffer.concat(parts, size) : undefined, sha256: hash.digest("hex") };
    } finally {
      this.#heldBytes -= taken;
    }
  }
}

/** The parts of a body, as long as it has time. */
class InTime implements Disposable {
  readonly #parts: AsyncIterator<Uint8Array>;
  readonly #late: () => Error;
  readonly #timer: NodeJS.Timeout;
  #isLate = false;
  #expire: () => void = () => undefined;

  constructor(source: AsyncIterable<Uint8Array>, msMax: number, late: () => Error) {
    this.#parts = source[Symbol.asyncIterator]();
    this.#late = late;
    this.#timer = setTimeout(() => {
      this.#isLate = true;
      this.#expire();
    }, msMax);
  }

  /** undefined at the end. */
  async next(): Promise<Uint8Array | undefined> {
    if (this.#isLate) throw this.#late();
    const { promise, resolve, reject } = Promise.withResolvers<IteratorResult<Uint8Array>>();
    this.#expire = () => reject(this.#late());
    this.#parts.next().then(resolve, reject);
    const step = await promise;
    return step.done === true ? undefined : step.value;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}

const busy = (name: ErrorName) =>
  new AwsError({ ...name, message: "Too many request bodies are being read at the moment. Please try again." });

const tooSlow = (name: ErrorName, msMax: number) =>
  new AwsError({ ...name, message: `The request body did not arrive within ${msMax / 1000} seconds.` });
