import { EnvelopeBroken } from "@strongroom/envelope";
import type { Authority } from "../../access/index.ts";
import type { BucketStore } from "../buckets/bucket-store.ts";
import { expirationIn } from "../lifecycle/due.ts";
import type { Due } from "../lifecycle/due.ts";
import { readConditions } from "./conditions.ts";
import type { Conditions } from "./conditions.ts";
import { BrokenContent, readContent, readSmall, smallBytesMax } from "./content.ts";
import type { ContentKey } from "./content.ts";
import type { CustomerKey } from "./customer-key.ts";
import type { ObjectFiles } from "./object-files.ts";
import type { ObjectKeys } from "./object-keys.ts";
import type { ObjectFile, ObjectStore, StoredVersion } from "./object-store.ts";
import { parseRange } from "./range.ts";
import type { ByteRange } from "./range.ts";
import { noSuchBucket, noSuchKey, noSuchVersion, refuse } from "./refusal.ts";
import type { Refusal } from "./refusal.ts";
import { versionIdFault } from "./version-id.ts";

export interface ReadRequest {
  readonly authority: Authority;
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string | undefined;
  /** A Range header's value. */
  readonly range?: string | undefined;
  readonly partNumber?: number | undefined;
  /** Where the object is under a key of the customer's own, and only there. */
  readonly customerKey?: CustomerKey | undefined;
  readonly conditions?: Conditions;
}

export interface FoundObject {
  readonly kind: "object";
  readonly version: StoredVersion;
  readonly bucketIsVersioned: boolean;
  /** The part of the content that was asked for; absent for all of it. */
  readonly range?: ByteRange;
  /** When a rule of the bucket ends it, where one does; told of the current version alone. */
  readonly expiration?: Due;
}
export interface OpenObject extends FoundObject {
  /** Throws where stored bytes are not what was stored. Must be read to its end or returned. */
  readonly body: AsyncGenerator<Uint8Array, void, undefined>;
  /** All that `body` yields, where it is small; then `body` need be neither read nor returned. */
  readonly whole?: Uint8Array;
  /** The bytes that `body` yields. */
  readonly bodyBytes: number;
}

/** Finds objects and opens their content. Whether the caller may read at all is decided before. */
export class ObjectReader {
  readonly #buckets: BucketStore;
  readonly #store: ObjectStore;
  readonly #files: ObjectFiles;
  readonly #keys: ObjectKeys;

  constructor(x: { buckets: BucketStore; store: ObjectStore; files: ObjectFiles; keys: ObjectKeys }) {
    this.#buckets = x.buckets;
    this.#store = x.store;
    this.#files = x.files;
    this.#keys = x.keys;
  }

  /** The object without its content: needs no key. */
  head(request: Omit<ReadRequest, "authority" | "customerKey">): FoundObject | Refusal {
    const bucket = this.#buckets.find(request.bucket);
    if (bucket === undefined) return noSuchBucket(request.bucket);
    const version = this.#locate(request);
    if (version.kind === "refused") return version;
    const verdict = readConditions(request.conditions ?? {}, version);
    if (verdict === "not-modified") {
      const { etag, createdAt: lastModified } = version;
      return refuse("not-modified", "The object was not modified.", { etag, lastModified });
    }
    if (verdict === "failed") {
      return refuse("precondition-failed", "At least one of the pre-conditions you specified did not hold");
    }
    const range = this.#rangeOf(request, version);
    if (range?.kind === "refused") return range;
    const expiration = request.versionId === undefined ? expirationIn(bucket.lifecycle, version) : undefined;
    return {
      kind: "object" as const,
      version,
      bucketIsVersioned: bucket.versioning !== undefined,
      ...(range === undefined ? {} : { range }),
      ...(expiration === undefined ? {} : { expiration }),
    };
  }

  /** As `head`, where the request brings the customer's key if there is one. */
  look(request: Omit<ReadRequest, "authority">): FoundObject | Refusal {
    const found = this.head(request);
    if (found.kind === "refused") return found;
    return this.#keys.customerKeyFault({ ...request, sealed: found.version.sealed }) ?? found;
  }

  /** The object and its content, opened: what is wrong with its first bytes is found before this returns. */
  async open(request: ReadRequest): Promise<OpenObject | Refusal> {
    const found = this.head(request);
    if (found.kind === "refused") return found;
    const { version } = found;
    const opened = this.#keys.open({ ...request, sealed: version.sealed });
    if (opened.kind === "refused") return opened;
    const under = {
      dataKey: opened.dataKey,
      bucket: version.bucket,
      key: version.key,
      contentId: version.sealed.contentId,
    };
    try {
      return await this.#opened(found, under);
    } catch (error) {
      if (error instanceof EnvelopeBroken || error instanceof BrokenContent) {
        return refuse("broken", "The stored content failed its integrity check.");
      }
      throw error;
    }
  }

  async #opened(found: FoundObject, under: ContentKey): Promise<OpenObject> {
    const { version } = found;
    const files = this.#store.filesOf(version);
    const { from, end } = found.range ?? { from: 0, end: version.sizeBytes };
    const [only] = files;
    if (only !== undefined && files.length === 1 && only.sizeBytes <= smallBytesMax) {
      const whole = (await readSmall(this.#files, under, only).finally(() => under.dataKey.fill(0))).subarray(
        from,
        end,
      );
      return { ...found, body: pieces(whole), whole, bodyBytes: end - from };
    }
    const body = held(this.#files, files, under, readContent(this.#files, under, files, from, end));
    const first = await body.next();
    // Where that was all, the rest is run to its end now, so that nothing stays open behind it.
    const isWhole = first.done !== true && first.value.byteLength === end - from;
    const rest = isWhole ? await body.next() : undefined;
    const ready = rest === undefined ? [first] : [first, rest];
    return { ...found, body: startingWith(ready, body), bodyBytes: end - from };
  }

  filesOf(version: StoredVersion): readonly ObjectFile[] {
    return this.#store.filesOf(version);
  }

  #locate({ bucket, key, versionId }: Omit<ReadRequest, "authority">): StoredVersion | Refusal {
    const fault = versionIdFault(versionId);
    if (fault !== undefined) return fault;
    const version =
      versionId === undefined ? this.#store.latest(bucket, key) : this.#store.find(bucket, key, versionId);
    if (version?.kind === "object") return version;
    if (version === undefined) {
      return versionId === undefined ? noSuchKey(key) : noSuchVersion(key, versionId);
    }
    const marker = { versionId: version.versionId, lastModified: version.createdAt };
    if (versionId === undefined) return { ...noSuchKey(key), ...marker };
    return refuse("is-delete-marker", "The specified method is not allowed against this resource.", marker);
  }

  #rangeOf(
    { range, partNumber }: Omit<ReadRequest, "authority">,
    version: StoredVersion,
  ): (ByteRange & { kind?: never }) | Refusal | undefined {
    if (partNumber !== undefined) return this.#partRange(version, partNumber);
    const wanted = parseRange(range, version.sizeBytes);
    if (wanted.kind === "unsatisfiable") {
      return refuse("invalid-range", "The requested range is not satisfiable");
    }
    return wanted.kind === "whole" ? undefined : { from: wanted.from, end: wanted.end };
  }

  #partRange(version: StoredVersion, partNumber: number): (ByteRange & { kind?: never }) | Refusal | undefined {
    const files = this.#store.filesOf(version);
    if (files.length === 1 && partNumber === 1) return undefined;
    let from = 0;
    for (const [index, file] of files.entries()) {
      if (index + 1 === partNumber) return { from, end: from + file.sizeBytes };
      from += file.sizeBytes;
    }
    return refuse("invalid-part-number", "The requested partnumber is not satisfiable");
  }
}

// eslint-disable-next-line @typescript-eslint/require-await -- an async generator of what is there already
async function* pieces(whole: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  if (whole.byteLength > 0) yield whole;
}

/** Reads `content` while keeping its files and key; lets them go at its end, its failure, or when it is given up. */
async function* held(
  files: ObjectFiles,
  parts: readonly ObjectFile[],
  { dataKey }: ContentKey,
  content: AsyncGenerator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const release = files.hold(parts.map((part) => part.fileId));
  try {
    yield* content;
  } finally {
    dataKey.fill(0);
    release();
  }
}

/** A generator whose first results are known already. */
function startingWith(
  known: readonly IteratorResult<Uint8Array, void>[],
  rest: AsyncGenerator<Uint8Array, void, undefined>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const pending = [...known];
  return {
    next: async () => pending.shift() ?? (await rest.next()),
    return: (value) => {
      pending.length = 0;
      return rest.return(value);
    },
    throw: (error) => rest.throw(error),
    [Symbol.asyncIterator]() {
      return this;
    },
    [Symbol.asyncDispose]: async () => {
      await rest.return();
    },
  };
}
