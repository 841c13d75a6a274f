import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";

import type { Authority } from "../../access/index.ts";
import type { Store } from "../../artifacts/index.ts";
import { folderInside, listTree, packFolder } from "../archive/index.ts";
import { clientError } from "./failure.ts";
import type { ObjectVersion, OutputEvidence } from "./job.ts";
import type { PlannedOutput } from "./job-plan.ts";
import { below, readS3Uri } from "./s3-uri.ts";

export interface Upload {
  readonly store: Pick<Store, "put">;
  readonly authority: Authority;
  readonly root: string;
  readonly kmsKeyId: string | undefined;
}

/**
 * Stores an output under the job's output key and says what was stored; of a job that is not whole, empty
 * archives are left out. ④ Plain bytes leave the volume only
 * as a stream into the encrypting store. Throws JobFailure with the reason where something is refused.
 */
export async function uploadOutput(upload: Upload, output: PlannedOutput, isWhole: boolean): Promise<OutputEvidence> {
  const folder = await folderInside(upload.root, ...output.folder.split("/"));
  const objects: ObjectVersion[] = [];
  const tree = folder === undefined ? [] : await listTree(folder);
  if (output.kind === "archive") {
    if (folder === undefined || ((output.optional || !isWhole) && tree.length === 0))
      return { name: output.name, objects };
    objects.push(await putObject(upload, output.s3Uri, packFolder(folder), "application/x-gzip"));
    return { name: output.name, objects };
  }
  for (const entry of tree) {
    if (entry.type !== "file" || folder === undefined) continue;
    const body = fileBytes(join(folder, entry.path));
    objects.push(await putObject(upload, below(output.s3Uri, entry.path), body, "application/octet-stream"));
  }
  return { name: output.name, objects };
}

async function* fileBytes(path: string): AsyncGenerator<Uint8Array> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  yield* file.createReadStream({ highWaterMark: 1 << 20 }) as AsyncIterable<Uint8Array>;
}

async function putObject(
  { store, authority, kmsKeyId }: Upload,
  uri: string,
  body: AsyncIterable<Uint8Array>,
  contentType: string,
): Promise<ObjectVersion> {
  const location = readS3Uri(uri);
  if (location === undefined) throw clientError(`Invalid S3 URI of an output: ${uri}`);
  const { bucket, key } = location;
  const stored = await store.put({
    authority,
    bucket,
    key,
    body,
    contentType,
    ...(kmsKeyId === undefined ? {} : { kmsKeyId }),
  });
  if (stored.kind === "refused") throw clientError(`Failed to upload the result to ${uri}: ${stored.message}`);
  return { bucket, key, versionId: stored.versionId, sha256: stored.sha256, sizeBytes: stored.sizeBytes };
}
