import { createHash } from "node:crypto";
import type { Authority } from "../../access/index.ts";
import type { Clock } from "../../platform/index.ts";
import { checksumHasher, compositeChecksum } from "./checksum.ts";
import type { Checksum } from "./checksum.ts";
import type { CompletedUploadStore } from "./completed-upload-store.ts";
import { readContent } from "./content.ts";
import type { CustomerKey } from "./customer-key.ts";
import type { ObjectFiles } from "./object-files.ts";
import { refusingFullDisk } from "./object-writer.ts";
import type { ObjectWriter, PutRequest, StoredObject } from "./object-writer.ts";
import type { OpenUploads, UploadName } from "./open-uploads.ts";
import { chooseParts, multipartEtag, partNumberMax } from "./part-list.ts";
import type { NamedPart } from "./part-list.ts";
import { refuse } from "./refusal.ts";
import type { Refusal } from "./refusal.ts";
import type { Upload, UploadedPart, UploadStore } from "./upload-store.ts";

export interface CompletionRequest extends UploadName {
  readonly authority: Authority;
  readonly parts: readonly NamedPart[];
  readonly conditions?: PutRequest["conditions"];
  /** Of an upload that was begun with one: needed where a checksum of the whole is kept. */
  readonly customerKey?: CustomerKey | undefined;
  /** What the client says about the whole; verified. */
  readonly expected?: {
    readonly checksum?: { readonly algorithm: string; readonly value: string };
    readonly checksumType?: Checksum["type"];
    readonly sizeBytes?: number;
  };
}

/** Makes an object of an upload's parts. */
export class UploadCompletion {
  readonly #open: OpenUploads;
  readonly #uploads: UploadStore;
  readonly #files: ObjectFiles;
  readonly #writer: ObjectWriter;
  readonly #completed: CompletedUploadStore;
  readonly #clock: Clock;

  constructor(x: {
    open: OpenUploads;
    uploads: UploadStore;
    files: ObjectFiles;
    writer: ObjectWriter;
    completed: CompletedUploadStore;
    clock: Clock;
  }) {
    this.#open = x.open;
    this.#uploads = x.uploads;
    this.#files = x.files;
    this.#writer = x.writer;
    this.#completed = x.completed;
    this.#clock = x.clock;
  }

  async complete(request: CompletionRequest): Promise<StoredObject | Refusal> {
    const outcome = await this.#complete(request);
    const isGone = outcome.kind === "refused" && outcome.reason === "no-such-upload";
    return isGone ? (this.#completedBefore(request) ?? outcome) : outcome;
  }

  /**
   * What the first completion answered, for a client that asks for the same again since it did not hear that. Its
   * conditions were for the write, which is done.
   */
  #completedBefore({ parts, expected = {}, ...name }: CompletionRequest): StoredObject | Refusal | undefined {
    const version = this.#completed.versionOf(name);
    if (version === undefined || multipartEtag(parts) !== version.etag) return undefined;
    const { versionId, etag, sha256, sizeBytes, createdAt, sealed, description } = version;
    const { checksum } = description;
    const told = { etag, sha256, sizeBytes, createdAt, sealed };
    return (
      typeMistake(expected.checksumType, checksum) ??
      mistakeIn(expected, sizeBytes, checksum) ?? {
        kind: "stored",
        ...told,
        ...(versionId === "null" ? {} : { versionId }),
        ...(checksum === undefined ? {} : { checksum }),
      }
    );
  }

  async #complete(request: CompletionRequest): Promise<StoredObject | Refusal> {
    const found = this.#open.find(request);
    if (found.kind === "refused") return found;
    const { upload } = found;
    const block = this.#open.blockOf(upload);
    if (block !== undefined) return block;
    const otherType = typeMistake(request.expected?.checksumType, upload.checksum);
    if (otherType !== undefined) return otherType;
    const uploaded = this.#uploads.parts(upload, 0, partNumberMax);
    const chosen = chooseParts(request.parts, uploaded, upload.checksum);
    if (chosen.kind === "refused") return chosen;
    const release = this.#files.hold(chosen.parts.map((part) => part.fileId));
    try {
      const whole = await this.#readWhole(request, upload, chosen.parts);
      return whole.kind === "refused" ? whole : await this.#publish(request, upload, chosen.parts, whole);
    } finally {
      release();
    }
  }

  /** ④ a customer's key need not come: then the parts stay closed, and nothing is told about the whole. */
  async #readWhole(
    { authority, customerKey }: CompletionRequest,
    upload: Upload,
    parts: readonly UploadedPart[],
  ): Promise<Whole | Refusal> {
    const isCustomers = upload.sealed.encryption === "SSE-C";
    if (isCustomers && customerKey === undefined && upload.checksum === undefined) return { kind: "whole", sha256: "" };
    const under = this.#open.openKey(authority, upload, customerKey);
    if (under.kind === "refused") return under;
    try {
      const content = readContent(this.#files, under, parts, 0, sizeOf(parts));
      const whole = await digestWhole(content, upload);
      return isCustomers ? { ...whole, sha256: "" } : whole;
    } finally {
      under.dataKey.fill(0);
    }
  }

  async #publish(
    request: CompletionRequest,
    upload: Upload,
    parts: readonly UploadedPart[],
    whole: Whole,
  ): Promise<StoredObject | Refusal> {
    const { bucket, key, sealed, description } = upload;
    const sizeBytes = sizeOf(parts);
    const checksum = checksumOf(upload, parts, whole.checksum);
    const mistaken = mistakeIn(request.expected ?? {}, sizeBytes, checksum);
    if (mistaken !== undefined) return mistaken;
    const described = { ...description, partsCount: parts.length };
    const version = {
      kind: "object" as const,
      bucket,
      key,
      sizeBytes,
      sha256: whole.sha256,
      etag: multipartEtag(parts),
      sealed,
      files: parts,
      description: checksum === undefined ? described : { ...described, checksum },
    };
    const retire = () => this.#retire(request, upload, parts);
    const by = { authority: request.authority, reason: "CompleteMultipartUpload" as const };
    return refusingFullDisk(() => this.#writer.publish(version, request.conditions, by, retire));
  }

  /** Removes the upload whose parts become the object; refuses where a part changed meanwhile. Returns the files left over. */
  #retire(name: UploadName, upload: Upload, parts: readonly UploadedPart[]): readonly string[] | Refusal {
    const found = this.#open.find(name);
    if (found.kind === "refused") return found;
    const used = new Set(parts.map((part) => part.fileId));
    const present = this.#uploads.parts(upload, 0, partNumberMax).filter((part) => used.has(part.fileId));
    if (present.length !== parts.length) {
      return refuse("invalid-part", "A part was uploaded again while the upload was being completed.");
    }
    this.#completed.note(upload, this.#clock.now());
    return this.#uploads.remove(upload).filter((fileId) => !used.has(fileId));
  }
}

/** An upload that keeps no checksum covers the whole with the one that it would have, as S3's default does. */
function typeMistake(
  stated: Checksum["type"] | undefined,
  kept: Pick<Checksum, "type"> | undefined,
): Refusal | undefined {
  const type = kept?.type ?? "FULL_OBJECT";
  if (stated === undefined || stated === type) return undefined;
  return refuse(
    "invalid-request",
    `The upload was created using the ${type} checksum mode. The complete request must use the same checksum mode.`,
  );
}

function mistakeIn(
  expected: NonNullable<CompletionRequest["expected"]>,
  sizeBytes: number,
  checksum: Checksum | undefined,
): Refusal | undefined {
  if (expected.sizeBytes !== undefined && expected.sizeBytes !== sizeBytes) {
    return refuse("invalid-request", `The object has ${sizeBytes} bytes, not ${expected.sizeBytes}.`);
  }
  if (expected.checksum !== undefined && !isSame(expected.checksum, checksum)) {
    return refuse("checksum-mismatch", "The checksum you specified did not match the object's.");
  }
  return undefined;
}

/** The value may be given with or without the number of parts behind it. */
function isSame(stated: { algorithm: string; value: string }, checksum: Checksum | undefined): boolean {
  const { algorithm, value } = checksum ?? {};
  return stated.algorithm === algorithm && (stated.value === value || stated.value === value?.replace(/-\d+$/, ""));
}

const sizeOf = (parts: readonly UploadedPart[]): number => parts.reduce((sum, part) => sum + part.sizeBytes, 0);

/** What is known of all parts together. */
interface Whole {
  readonly kind: "whole";
  readonly sha256: string;
  readonly checksum?: string;
}

async function digestWhole(content: AsyncIterable<Uint8Array>, upload: Upload): Promise<Whole> {
  const sha256 = createHash("sha256");
  const full = upload.checksum?.type === "FULL_OBJECT" ? checksumHasher(upload.checksum.algorithm) : undefined;
  for await (const chunk of content) {
    sha256.update(chunk);
    full?.update(chunk);
  }
  return {
    kind: "whole",
    sha256: sha256.digest("hex"),
    ...(full === undefined ? {} : { checksum: Buffer.from(full.digest()).toString("base64") }),
  };
}

function checksumOf(upload: Upload, parts: readonly UploadedPart[], full: string | undefined): Checksum | undefined {
  if (upload.checksum === undefined) return undefined;
  const { algorithm, type } = upload.checksum;
  if (type === "COMPOSITE")
    return compositeChecksum(
      algorithm,
      parts.map((part) => part.checksum ?? ""),
    );
  return full === undefined ? undefined : { algorithm, type, value: full };
}
