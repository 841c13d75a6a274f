import type { Authority } from "../../access/index.ts";
import type { Clock } from "../../platform/index.ts";
import { checkBody } from "./checksum.ts";
import type { BodyClaims } from "./checksum.ts";
import { writeContent } from "./content.ts";
import type { ContentKey } from "./content.ts";
import type { CustomerKey } from "./customer-key.ts";
import { entityTag, tagsByMd5 } from "./entity-tag.ts";
import type { ObjectFiles } from "./object-files.ts";
import { refusingFullDisk } from "./object-writer.ts";
import type { ObjectWriter } from "./object-writer.ts";
import type { OpenUploads, UploadName } from "./open-uploads.ts";
import { partNumberMax } from "./part-list.ts";
import { refuse } from "./refusal.ts";
import type { Refusal } from "./refusal.ts";
import type { Upload, UploadedPart, UploadStore } from "./upload-store.ts";

const partBytesMax = 5 * 1024 ** 3;

export interface PartRequest extends UploadName {
  readonly authority: Authority;
  readonly part: number;
  readonly body: AsyncIterable<Uint8Array>;
  readonly claims?: BodyClaims;
  /** Where the upload was begun with a key of the customer's own, and only there. */
  readonly customerKey?: CustomerKey | undefined;
}
export interface PutPart {
  readonly kind: "part";
  readonly part: UploadedPart;
  readonly upload: Upload;
}

/** Writes parts; each is durable when it is answered. */
export class PartWriter {
  readonly #open: OpenUploads;
  readonly #uploads: UploadStore;
  readonly #files: ObjectFiles;
  readonly #writer: ObjectWriter;
  readonly #clock: Clock;

  constructor(x: { open: OpenUploads; uploads: UploadStore; files: ObjectFiles; writer: ObjectWriter; clock: Clock }) {
    this.#open = x.open;
    this.#uploads = x.uploads;
    this.#files = x.files;
    this.#writer = x.writer;
    this.#clock = x.clock;
  }

  async put(request: PartRequest): Promise<PutPart | Refusal> {
    if (request.part < 1 || request.part > partNumberMax) {
      return refuse("invalid-part-number", `Part number must be an integer between 1 and ${partNumberMax}, inclusive`);
    }
    if ((request.claims?.sizeBytes ?? 0) > partBytesMax) {
      return refuse("too-large", "Your proposed upload exceeds the maximum allowed size");
    }
    const found = this.#open.find(request);
    if (found.kind === "refused") return found;
    const claims = claimsFor(found.upload, request.claims ?? {});
    if ("kind" in claims) return claims;
    const under = this.#open.openKeyToWrite(request.authority, found.upload, request.customerKey);
    if (under.kind === "refused") return under;
    try {
      return await refusingFullDisk(() => this.#write(request, found.upload, under, claims));
    } finally {
      under.dataKey.fill(0);
    }
  }

  async #write(
    request: PartRequest,
    { sealed }: Upload,
    under: ContentKey,
    claims: BodyClaims,
  ): Promise<PutPart | Refusal> {
    const written = await writeContent(this.#files, under, request.part, request.body, {
      ...claims,
      md5: tagsByMd5(sealed) || claims.contentMd5 !== undefined,
    });
    const checked = checkBody(claims, written);
    if (checked.kind === "refused") {
      await this.#writer.discard([written.fileId]);
      return checked;
    }
    const { fileId, sizeBytes, sha256, checksum } = written;
    const part = {
      part: request.part,
      fileId,
      sizeBytes,
      etag: entityTag(sealed, under.dataKey, written),
      createdAt: this.#clock.now(),
      // ④ of what is under a customer's key nothing may be known without that key.
      ...(sealed.encryption === "SSE-C" ? {} : { sha256 }),
      ...(checksum === undefined ? {} : { checksum }),
    };
    return this.#writer.discardingOnThrow(fileId, () => this.#commit(request, part));
  }

  /** The upload may have been completed or aborted while the part was written. */
  async #commit(request: PartRequest, part: UploadedPart): Promise<PutPart | Refusal> {
    const committed = this.#uploads.transaction(() => {
      const found = this.#open.find(request);
      if (found.kind === "refused") return found;
      return { kind: "part" as const, upload: found.upload, replaced: this.#uploads.putPart(found.upload, part) };
    });
    if (committed.kind === "refused") {
      await this.#writer.discard([part.fileId]);
      return committed;
    }
    const { upload, replaced } = committed;
    await this.#writer.discard(replaced === undefined ? [] : [replaced]);
    return { kind: "part", part, upload };
  }
}

/**
 * An upload that keeps checksums keeps them of one algorithm, and where its own is made of theirs, every part brings
 * one. Else one is computed where none is brought.
 */
function claimsFor({ checksum: kept }: Upload, claims: BodyClaims): BodyClaims | Refusal {
  if (kept === undefined) return claims;
  const { algorithm } = claims;
  const isMissing = algorithm === undefined && kept.type === "COMPOSITE";
  if (isMissing || (algorithm !== undefined && algorithm !== kept.algorithm)) {
    return refuse(
      "invalid-request",
      `Checksum Type mismatch occurred, expected checksum Type: ${kept.algorithm.toLowerCase()}, actual checksum Type: ${algorithm?.toLowerCase() ?? "null"}`,
    );
  }
  return { ...claims, algorithm: kept.algorithm };
}
