import { randomBytes } from "node:crypto";
import type { Authority } from "../../access/index.ts";
import type { Clock } from "../../platform/index.ts";
import type { CompletedUploadStore } from "./completed-upload-store.ts";
import type { Conditions } from "./conditions.ts";
import type { CustomerKey } from "./customer-key.ts";
import type { ObjectFiles } from "./object-files.ts";
import type { ObjectKeys } from "./object-keys.ts";
import type { ObjectReader } from "./object-reader.ts";
import type { Description } from "./object-store.ts";
import { refusingFullDisk } from "./object-writer.ts";
import type { ObjectWriter, StoredObject } from "./object-writer.ts";
import { OpenUploads } from "./open-uploads.ts";
import type { FoundUpload, UploadName } from "./open-uploads.ts";
import { PartWriter } from "./part-writer.ts";
import type { PartRequest, PutPart } from "./part-writer.ts";
import { refuse } from "./refusal.ts";
import type { Refusal } from "./refusal.ts";
import type { SealedUnder } from "./sealed-under.ts";
import { UploadCompletion } from "./upload-completion.ts";
import type { CompletionRequest } from "./upload-completion.ts";
import type { Upload, UploadedPart, UploadStore } from "./upload-store.ts";
import type { BucketStore } from "../buckets/bucket-store.ts";
import { chosenEncryption } from "./wanted-encryption.ts";
import type { WantedEncryption } from "./wanted-encryption.ts";

export interface NewUpload {
  readonly authority: Authority;
  readonly bucket: string;
  readonly key: string;
  readonly description: Description;
  /** Absent: as the bucket says. */
  readonly encryption?: WantedEncryption;
  readonly checksum?: Upload["checksum"];
}

export interface PartCopyRequest extends Omit<PartRequest, "body" | "claims"> {
  readonly source: { readonly bucket: string; readonly key: string; readonly versionId?: string | undefined };
  /** A Range header's value. */
  readonly range?: string | undefined;
  readonly sourceConditions?: Conditions;
  /** Of the source, where a customer keeps its key. */
  readonly sourceCustomerKey?: CustomerKey | undefined;
}

/** Objects that are uploaded in parts, in any order. A part is durable when it is answered. */
export interface Multiparts {
  create(x: NewUpload): Promise<FoundUpload | Refusal>;
  putPart(x: PartRequest): Promise<PutPart | Refusal>;
  copyPart(x: PartCopyRequest): Promise<(PutPart & { sourceVersionId?: string }) | Refusal>;
  /**
   * Reads all parts once, to learn the digest of the whole and that every part still opens; but for those under a
   * customer's key that does not come along. To complete the same again within a day is answered as the first time.
   */
  complete(x: CompletionRequest): Promise<StoredObject | Refusal>;
  abort(x: UploadName): Promise<{ kind: "aborted" } | Refusal>;
  find(x: UploadName): FoundUpload | Refusal;
  /** How the parts of an upload that is open, or the object that it became, are encrypted. */
  sealedUnder(x: UploadName): SealedUnder | undefined;
  parts(
    x: UploadName & {
      after: number;
      max: number;
      /** Where it comes, it must be the upload's. */
      customerKey?: CustomerKey | undefined;
    },
  ): (Omit<FoundUpload, "kind"> & { kind: "parts"; parts: readonly UploadedPart[]; more: boolean }) | Refusal;
}

interface Means {
  readonly buckets: BucketStore;
  readonly uploads: UploadStore;
  readonly completed: CompletedUploadStore;
  readonly files: ObjectFiles;
  readonly keys: ObjectKeys;
  readonly reader: ObjectReader;
  readonly writer: ObjectWriter;
  readonly clock: Clock;
}

export function openMultiparts(means: Means): Multiparts {
  const { uploads, reader, writer } = means;
  const open = new OpenUploads(means);
  const parts = new PartWriter({ ...means, open });
  const completion = new UploadCompletion({ ...means, open });
  return {
    find: (name) => open.find(name),
    sealedUnder(name) {
      const found = open.find(name);
      return found.kind === "upload" ? found.upload.sealed : means.completed.versionOf(name)?.sealed;
    },
    create: (request) => createUpload(means, open, request),
    putPart: (request) => parts.put(request),
    copyPart: (request) => copyPart(open, parts, reader, request),
    complete: (request) => completion.complete(request),

    abort(name) {
      const found = open.find(name);
      if (found.kind === "refused") return Promise.resolve(found);
      return refusingFullDisk(async () => {
        await writer.discard(uploads.remove(found.upload));
        return { kind: "aborted" as const };
      });
    },

    parts({ after, max, customerKey, ...name }) {
      const found = open.find(name);
      if (found.kind === "refused") return found;
      const fault = customerKey === undefined ? undefined : open.customerKeyFault(found.upload, customerKey);
      if (fault !== undefined) return fault;
      const page = uploads.parts(found.upload, after, max + 1);
      return { ...found, kind: "parts", parts: page.slice(0, max), more: page.length > max };
    },
  };
}

async function createUpload(
  { writer, keys, uploads, files, clock }: Means,
  open: OpenUploads,
  { authority, bucket, key, description, checksum, ...request }: NewUpload,
): Promise<FoundUpload | Refusal> {
  const admitted = writer.admits({ authority, bucket, key, lock: description.lock });
  if (admitted.kind === "refused") return admitted;
  const chosen = chosenEncryption(admitted.bucket, request.encryption);
  if (chosen.kind === "refused") return chosen;
  const made = keys.make({ authority, bucket, key, encryption: chosen.encryption });
  if (made.kind === "refused") return made;
  // Whoever sends a part opens the wrapped key anew.
  made.dataKey.fill(0);
  const { sealed } = made;
  const id = randomBytes(48).toString("base64url");
  const facts = { id, bucket, key, createdAt: clock.now(), initiator: authority.principal.arn, description, sealed };
  return refusingFullDisk(() => {
    // What is going to be refused part by part need not begin.
    files.demandRoom();
    uploads.insert(checksum === undefined ? facts : { ...facts, checksum });
    return open.find({ bucket, key, uploadId: id });
  });
}

async function copyPart(
  open: OpenUploads,
  parts: PartWriter,
  reader: ObjectReader,
  { source, range, sourceConditions = {}, sourceCustomerKey: customerKey, ...target }: PartCopyRequest,
): Promise<(PutPart & { sourceVersionId?: string }) | Refusal> {
  const found = open.find(target);
  if (found.kind === "refused") return found;
  const { authority } = target;
  const whole = reader.head(source);
  if (whole.kind === "object" && exceeds(range, whole.version.sizeBytes)) {
    const { sizeBytes } = whole.version;
    return refuse("range-not-of-source", `Range specified is not valid for source object of size: ${sizeBytes}`);
  }
  const opened = await reader.open({ authority, ...source, range, conditions: sourceConditions, customerKey });
  if (opened.kind === "refused") {
    const unmodified = opened.reason === "not-modified";
    return unmodified ? refuse("precondition-failed", "A condition on the copy source did not hold") : opened;
  }
  await using body = opened.body;
  // A copy brings no checksum: the upload's is computed of what was read.
  const algorithm = found.upload.checksum?.algorithm;
  const claims = { sizeBytes: opened.bodyBytes, ...(algorithm === undefined ? {} : { algorithm }) };
  const put = await parts.put({ ...target, body, claims });
  if (put.kind === "refused" || !opened.bucketIsVersioned) return put;
  return { ...put, sourceVersionId: opened.version.versionId };
}

/** A part is copied of bytes that are all there: a range is not cut to them, as it would be for a reader. */
function exceeds(range: string | undefined, sizeBytes: number): boolean {
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(range ?? "") ?? [];
  return first !== undefined && last !== undefined && (Number(first) > Number(last) || Number(last) >= sizeBytes);
}
