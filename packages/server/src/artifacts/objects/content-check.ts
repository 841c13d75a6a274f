import { createHash } from "node:crypto";
import { EnvelopeBroken, hasStreamHeader, headerBytes, sealedSize } from "@strongroom/envelope";
import type { Authority } from "../../access/index.ts";
import { BrokenContent, readContent } from "./content.ts";
import type { ObjectFiles } from "./object-files.ts";
import type { ObjectKeys } from "./object-keys.ts";
import type { ObjectFile, StoredVersion } from "./object-store.ts";
import type { SealedUnder } from "./sealed-under.ts";
import type { Refusal } from "./refusal.ts";
import type { Upload, UploadedPart } from "./upload-store.ts";

/** Something that is not what was stored. */
export interface Damage {
  readonly bucket?: string;
  readonly key?: string;
  readonly versionId?: string;
  readonly uploadId?: string;
  readonly part?: number;
  /** A sentence. */
  readonly problem: string;
}

/** What could not be opened, under which key. */
export interface Unreadable {
  readonly keyArn: string;
  readonly reason: string;
  objects: number;
}

interface Sealed {
  readonly bucket: string;
  readonly key: string;
  readonly sealed: SealedUnder;
}

/** Authenticates stored content and compares it with its record; one piece of memory for each frame that is read. */
export class ContentCheck {
  readonly #files: ObjectFiles;
  readonly #keys: ObjectKeys;
  readonly #authority: Authority;
  objects = 0;
  parts = 0;
  bytes = 0;
  readonly damaged: Damage[] = [];
  readonly unreadable: Unreadable[] = [];

  constructor(x: { files: ObjectFiles; keys: ObjectKeys }, authority: Authority) {
    this.#files = x.files;
    this.#keys = x.keys;
    this.#authority = authority;
  }

  get things(): number {
    return this.objects + this.parts;
  }

  report(damage: Damage): void {
    this.damaged.push(damage);
  }

  async version(version: StoredVersion, files: readonly ObjectFile[]): Promise<void> {
    this.objects += 1;
    const { bucket, key, versionId } = version;
    const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
    const problem =
      sizeBytes === version.sizeBytes
        ? await this.#problemOf(version, files, { algorithm: "sha256", digest: version.sha256 })
        : "The sizes of its files do not make up its own.";
    if (problem !== undefined) this.report({ bucket, key, versionId, problem });
  }

  async upload(upload: Upload, parts: readonly UploadedPart[]): Promise<void> {
    const { bucket, key, id: uploadId } = upload;
    for (const part of parts) {
      this.parts += 1;
      const problem = await this.#problemOf(upload, [part], digestOf(part));
      if (problem !== undefined) this.report({ bucket, key, uploadId, part: part.part, problem });
    }
  }

  /** What is wrong; undefined where nothing is, or where nobody can tell because the key is not to be had. */
  async #problemOf(
    of: Sealed,
    files: readonly ObjectFile[],
    wanted: { algorithm: string; digest: string },
  ): Promise<string | undefined> {
    const release = this.#files.hold(files.map(({ fileId }) => fileId));
    try {
      const opened = this.#keys.open({ ...of, authority: this.#authority });
      if (opened.kind === "refused") {
        if (opened.reason === "broken") return opened.message;
        if (namesAnotherKey(opened, of.sealed)) return "Its wrapped data key names another key than its record.";
        const isCustomers = of.sealed.encryption === "SSE-C";
        if (isCustomers) this.#count("keys that customers keep (SSE-C)", "looked at from outside only");
        else this.#count(of.sealed.kmsKeyArn ?? "an unnamed key", opened.reason);
        return await this.#problemFromOutside(files);
      }
      const digest = await this.#digest(of, opened.dataKey, files, wanted.algorithm);
      return digest === wanted.digest ? undefined : "Its content is not what its record says.";
    } catch (error) {
      return problemIn(error);
    } finally {
      release();
    }
  }

  async #digest({ bucket, key, sealed }: Sealed, dataKey: Uint8Array, files: readonly ObjectFile[], algorithm: string) {
    const hash = createHash(algorithm);
    const end = files.reduce((sum, file) => sum + file.sizeBytes, 0);
    const under = { dataKey, bucket, key, contentId: sealed.contentId };
    try {
      for await (const chunk of readContent(this.#files, under, files, 0, end)) {
        hash.update(chunk);
        this.bytes += chunk.byteLength;
      }
    } finally {
      dataKey.fill(0);
    }
    return hash.digest("hex");
  }

  /** What can be told without the key: sizes and headers. That a frame's bytes were changed cannot. */
  async #problemFromOutside(files: readonly ObjectFile[]): Promise<string | undefined> {
    for (const { part, fileId, sizeBytes } of files) {
      const { handle, sizeBytes: sealedBytes } = await this.#files.openFile(fileId);
      const header = Buffer.alloc(headerBytes);
      await handle.read(header, 0, headerBytes, 0).finally(() => handle.close());
      if (sealedBytes !== sealedSize(sizeBytes)) return `The sealed file of part ${part} was cut or lengthened.`;
      if (!hasStreamHeader(header)) return `The sealed file of part ${part} does not begin as one.`;
    }
    return undefined;
  }

  #count(keyArn: string, reason: string): void {
    const known = this.unreadable.find((entry) => entry.keyArn === keyArn && entry.reason === reason);
    if (known === undefined) this.unreadable.push({ keyArn, reason, objects: 1 });
    else known.objects += 1;
  }
}

/** A part without a SHA-256 has its MD5 for a tag, or its key is a customer's and nobody here can compare. */
function digestOf({ sha256, etag }: UploadedPart): { algorithm: string; digest: string } {
  return sha256 === undefined ? { algorithm: "md5", digest: etag } : { algorithm: "sha256", digest: sha256 };
}

/** A refusal because of a key's state names the key that the wrapped data key names. */
function namesAnotherKey({ reason, message }: Refusal, { kmsKeyArn }: SealedUnder): boolean {
  const isOfState = reason === "key-not-found" || reason === "key-disabled" || reason === "key-unusable";
  return isOfState && kmsKeyArn !== undefined && !message.includes(kmsKeyArn);
}

/** The words of an error are for this server's own faults; a broken envelope and a broken disk are expected here. */
function problemIn(error: unknown): string {
  if (error instanceof EnvelopeBroken) return "Its content failed the integrity check.";
  if (error instanceof BrokenContent) return `Its content failed the integrity check: ${error.message}.`;
  const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
  return code === undefined ? "Its data key cannot be opened." : `It cannot be read: ${code}.`;
}
