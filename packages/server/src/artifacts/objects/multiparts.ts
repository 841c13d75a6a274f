import { createHash, randomBytes } from "node:crypto";
import type { Authority } from "../../access/index.ts";
import type { Clock } from "../../platform/index.ts";
import type { BucketEncryption, BucketStore } from "../buckets/bucket-store.ts";
import { checkBody, checksumHasher, compositeChecksum } from "./checksum.ts";
import type { BodyClaims, Checksum } from "./checksum.ts";
import type { Conditions } from "./conditions.ts";
import { readContent, writeContent } from "./content.ts";
import type { ObjectFiles } from "./object-files.ts";
import type { ObjectKeys } from "./object-keys.ts";
import type { ObjectReader } from "./object-reader.ts";
import type { Description } from "./object-store.ts";
import { discardingOnThrow, refusingFullDisk } from "./object-writer.ts";
import type { ObjectWriter, PutRequest, StoredObject } from "./object-writer.ts";
import { chooseParts, multipartEtag, partNumberMax } from "./part-list.ts";
import type { NamedPart } from "./part-list.ts";
import { noSuchBucket, refuse } from "./refusal.ts";
import type { Refusal } from "./refusal.ts";
import type { Upload, UploadedPart, UploadStore } from "./upload-store.ts";

export interface UploadName {
  readonly bucket: string;
  readonly key: string;
  readonly uploadId: string;
}

/** Objects that are uploaded in parts, in any order. A part is durable when it is answered. */
export interface Multiparts {
  create(x: {
    authority: Authority;
    bucket: string;
    key: string;
    description: Description;
    encryption?: BucketEncryption;
    checksum?: Upload["checksum"];
  }): Promise<{ kind: "upload"; upload: Upload } | Refusal>;
  putPart(
    x: UploadName & {
      authority: Authority;
      part: number;
      body: AsyncIterable<Uint8Array>;
      claims?: BodyClaims;
    },
  ): Promise<{ kind: "part"; part: UploadedPart; upload: Upload } | Refusal>;
  copyPart(
    x: UploadName & {
      authority: Authority;
      part: number;
      source: { bucket: string; key: string; versionId?: string | undefined };
      /** A Range header's value. */
      range?: string | undefined;
      sourceConditions?: Conditions;
    },
  ): Promise<{ kind: "part"; part: UploadedPart; upload: Upload; sourceVersionId?: string } | Refusal>;
  /** Reads all parts once, to learn the digest of the whole and that every part still opens. */
  complete(
    x: UploadName & {
      authority: Authority;
      parts: readonly NamedPart[];
      conditions?: PutRequest["conditions"];
      /** What the client says about the whole; verified. */
      expected?: {
        readonly checksum?: { readonly algorithm: string; readonly value: string };
        readonly sizeBytes?: number;
      };
    },
  ): Promise<StoredObject | Refusal>;
  abort(x: UploadName): Promise<{ kind: "aborted" } | Refusal>;
  find(x: UploadName): { kind: "upload"; upload: Upload } | Refusal;
  parts(
    x: UploadName & { after: number; max: number },
  ): { kind: "parts"; upload: Upload; parts: readonly UploadedPart[]; more: boolean } | Refusal;
}

export function openMultiparts(x: {
  buckets: BucketStore;
  uploads: UploadStore;
  files: ObjectFiles;
  keys: ObjectKeys;
  reader: ObjectReader;
  writer: ObjectWriter;
  clock: Clock;
}): Multiparts {
  const { buckets, uploads, files, keys, reader, writer, clock } = x;

  const find: Multiparts["find"] = ({ bucket, key, uploadId }) => {
    if (buckets.find(bucket) === undefined) return noSuchBucket(bucket);
    const upload = uploads.find(bucket, key, uploadId);
    if (upload === undefined) {
      return refuse(
        "no-such-upload",
        "The specified multipart upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
      );
    }
    return { kind: "upload", upload };
  };

  const openKey = (authority: Authority, upload: Upload) => {
    const { bucket, key, sealed } = upload;
    const opened = keys.open({ authority, bucket, key, sealed });
    if (opened.kind === "refused") return opened;
    return { kind: "under" as const, dataKey: opened.dataKey, bucket, key, contentId: sealed.contentId };
  };

  const putPart: Multiparts["putPart"] = async (request) => {
    const { authority, part: number, body } = request;
    if (number < 1 || number > partNumberMax) {
      return refuse("invalid-part-number", `Part number must be an integer between 1 and ${partNumberMax}, inclusive`);
    }
    const found = find(request);
    if (found.kind === "refused") return found;
    const { upload } = found;
    const under = openKey(authority, upload);
    if (under.kind === "refused") return under;
    const kept = upload.checksum?.algorithm;
    const claims: BodyClaims = { ...request.claims, ...(kept === undefined ? {} : { algorithm: kept }) };
    const claimed = request.claims?.algorithm;
    if (request.claims?.checksum !== undefined && claimed !== undefined && kept !== undefined && claimed !== kept) {
      return refuse(
        "checksum-mismatch",
        `Checksum Type mismatch occurred, expected checksum Type: ${kept}, actual checksum Type: ${claimed}`,
      );
    }
    return refusingFullDisk(async () => {
      const written = await writeContent(files, under, number, body, claims.algorithm);
      const checked = checkBody(claims, written);
      if (checked.kind === "refused") {
        await writer.discard([written.fileId]);
        return checked;
      }
      const part: UploadedPart = {
        part: number,
        fileId: written.fileId,
        sizeBytes: written.sizeBytes,
        md5: written.md5,
        createdAt: clock.now(),
        ...(written.checksum === undefined ? {} : { checksum: written.checksum }),
      };
      return discardingOnThrow(writer, part.fileId, () => commitPart(request, part));
    });
  };

  /** The upload may have been completed or aborted while the part was written. */
  const commitPart = async (name: UploadName, part: UploadedPart) => {
    const committed = uploads.transaction(() => {
      const found = find(name);
      if (found.kind === "refused") return found;
      return { kind: "part" as const, upload: found.upload, replaced: uploads.putPart(found.upload, part) };
    });
    if (committed.kind === "refused") {
      await writer.discard([part.fileId]);
      return committed;
    }
    const { upload, replaced } = committed;
    await writer.discard(replaced === undefined ? [] : [replaced]);
    return { kind: "part" as const, part, upload };
  };

  return {
    find,
    putPart,

    async create({ authority, bucket: name, key, description, encryption, checksum }) {
      const admitted = writer.admits(name, key, undefined);
      if (admitted.kind === "refused") return admitted;
      const made = keys.make({
        authority,
        bucket: name,
        key,
        encryption: encryption ?? admitted.bucket.encryption,
      });
      if (made.kind === "refused") return made;
      made.dataKey.fill(0);
      const id = randomBytes(48).toString("base64url");
      const { sealed } = made;
      return refusingFullDisk(() => {
        uploads.insert({
          id,
          bucket: name,
          key,
          createdAt: clock.now(),
          initiator: authority.principal.arn,
          description,
          sealed,
          ...(checksum === undefined ? {} : { checksum }),
        });
        return find({ bucket: name, key, uploadId: id });
      });
    },

    async copyPart(request) {
      const { authority, source, range, sourceConditions = {} } = request;
      const found = find(request);
      if (found.kind === "refused") return found;
      const opened = await reader.open({ authority, ...source, range, conditions: sourceConditions });
      if (opened.kind === "refused") {
        const unmodified = opened.reason === "not-modified";
        return unmodified ? refuse("precondition-failed", "A condition on the copy source did not hold") : opened;
      }
      await using body = opened.body;
      const put = await putPart({ ...request, body, claims: { sizeBytes: opened.bodyBytes } });
      if (put.kind === "refused" || !opened.bucketIsVersioned) return put;
      return { ...put, sourceVersionId: opened.version.versionId };
    },

    async complete(request) {
      const { authority, conditions, expected = {} } = request;
      const found = find(request);
      if (found.kind === "refused") return found;
      const { upload } = found;
      const all = uploads.parts(upload, 0, partNumberMax);
      const chosen = chooseParts(request.parts, all, upload.checksum?.algorithm);
      if (chosen.kind === "refused") return chosen;
      const { parts } = chosen;
      const under = openKey(authority, upload);
      if (under.kind === "refused") return under;
      const release = files.hold(parts.map((part) => part.fileId));
      try {
        const whole = await digestWhole(readContent(files, under, parts, 0, sizeOf(parts)), upload);
        const checksum = checksumOf(upload, parts, whole.checksum);
        if (expected.sizeBytes !== undefined && expected.sizeBytes !== sizeOf(parts)) {
          return refuse("invalid-request", `The object has ${sizeOf(parts)} bytes, not ${expected.sizeBytes}.`);
        }
        if (expected.checksum !== undefined && !isSame(expected.checksum, checksum)) {
          return refuse("checksum-mismatch", "The checksum you specified did not match the object's.");
        }
        const { description, sealed } = upload;
        return await refusingFullDisk(() =>
          writer.publish(
            {
              kind: "object",
              bucket: upload.bucket,
              key: upload.key,
              sizeBytes: sizeOf(parts),
              sha256: whole.sha256,
              etag: multipartEtag(parts),
              sealed,
              files: parts,
              description: {
                ...description,
                partsCount: parts.length,
                ...(checksum === undefined ? {} : { checksum }),
              },
            },
            conditions,
            () => retire(request, upload, parts),
          ),
        );
      } finally {
        release();
      }
    },

    async abort(name) {
      const found = find(name);
      if (found.kind === "refused") return found;
      return refusingFullDisk(async () => {
        await writer.discard(uploads.remove(found.upload));
        return { kind: "aborted" as const };
      });
    },

    parts({ after, max, ...name }) {
      const found = find(name);
      if (found.kind === "refused") return found;
      const parts = uploads.parts(found.upload, after, max + 1);
      return { kind: "parts", upload: found.upload, parts: parts.slice(0, max), more: parts.length > max };
    },
  };

  /** Removes the upload whose parts become the object; refuses where a part changed meanwhile. Returns the files left over. */
  function retire(name: UploadName, upload: Upload, parts: readonly UploadedPart[]): readonly string[] | Refusal {
    const found = find(name);
    if (found.kind === "refused") return found;
    const used = new Set(parts.map((part) => part.fileId));
    const present = uploads.parts(upload, 0, partNumberMax).filter((part) => used.has(part.fileId));
    if (present.length !== parts.length) {
      return refuse("invalid-part", "A part was uploaded again while the upload was being completed.");
    }
    return uploads.remove(upload).filter((fileId) => !used.has(fileId));
  }
}

/** The value may be given with or without the number of parts behind it. */
function isSame(stated: { algorithm: string; value: string }, checksum: Checksum | undefined): boolean {
  const { algorithm, value } = checksum ?? {};
  return stated.algorithm === algorithm && (stated.value === value || stated.value === value?.replace(/-\d+$/, ""));
}

const sizeOf = (parts: readonly UploadedPart[]): number => parts.reduce((sum, part) => sum + part.sizeBytes, 0);

async function digestWhole(
  content: AsyncIterable<Uint8Array>,
  upload: Upload,
): Promise<{ sha256: string; checksum?: string }> {
  const sha256 = createHash("sha256");
  const full = upload.checksum?.type === "FULL_OBJECT" ? checksumHasher(upload.checksum.algorithm) : undefined;
  for await (const chunk of content) {
    sha256.update(chunk);
    full?.update(chunk);
  }
  return {
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
