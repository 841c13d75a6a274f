import { mkdir, open } from "node:fs/promises";
import { dirname, join } from "node:path";

import type { Store } from "../../artifacts/index.ts";
import type { Authority } from "../../access/index.ts";
import { clientError } from "./failure.ts";
import type { ObjectVersion } from "./job.ts";
import type { PlannedInput } from "./job-plan.ts";
import { localNameOf, readS3Uri, staysBelow } from "./s3-uri.ts";
import type { S3Location } from "./s3-uri.ts";

export interface Download {
  readonly store: Pick<Store, "get">;
  /** The role's, from the network of the job. */
  readonly authority: Authority;
  /** What /opt/ml is on the server's side. */
  readonly root: string;
  readonly signal: AbortSignal;
}

const filesAtOnce = 4;

/** The objects that an input's prefix names now. Throws JobFailure with the reason where that is refused. */
export async function findObjects(
  store: Pick<Store, "list">,
  authority: Authority,
  input: PlannedInput,
): Promise<readonly Wanted[]> {
  const { bucket, key } = locationOf(input);
  const listed = await store.list({ authority, bucket, prefix: key });
  if (listed.kind === "refused") throw downloadFailed(input.s3Uri, listed.message);
  const keys = listed.keys.filter((found) => !found.key.endsWith("/"));
  if (keys.length === 0) {
    throw downloadFailed(
      input.s3Uri,
      `No S3 objects found under S3 URL "${input.s3Uri}" given in input data source of "${input.name}". ` +
        `Please ensure that objects exist under that S3 prefix.`,
    );
  }
  return keys.map((found) => ({ bucket, key: found.key }));
}

/**
 * Brings objects of an input onto a volume, in exactly the versions that they name, and says in the same order
 * what it read. Throws JobFailure with the reason where something is refused.
 */
export async function downloadObjects(
  { store, authority, root, signal }: Download,
  input: PlannedInput,
  wanted: readonly Wanted[],
): Promise<ObjectVersion[]> {
  const location = locationOf(input);
  const objects: ObjectVersion[] = [];
  const queue = wanted.entries();
  const folder = join(root, input.folder);
  await mkdir(folder, { recursive: true });
  const worker = async (): Promise<void> => {
    for (const [index, object] of queue) {
      signal.throwIfAborted();
      const name = localNameOf(location.key, object.key);
      if (name === undefined || !staysBelow(name))
        throw clientError(`the object s3://${object.bucket}/${object.key} has no usable file name`);
      objects[index] = await downloadObject({ store, authority, root, signal }, object, join(folder, name));
    }
  };
  await Promise.all(Array.from({ length: filesAtOnce }, worker));
  return objects;
}

function locationOf({ name, s3Uri }: PlannedInput): S3Location {
  const location = readS3Uri(s3Uri);
  if (location === undefined) throw clientError(`Invalid S3 URI of input ${name}: ${s3Uri}`);
  return location;
}

/** A version and its digest only where they are held to a record. */
export type Wanted = Pick<ObjectVersion, "bucket" | "key"> & { readonly versionId?: string; readonly sha256?: string };

async function downloadObject(
  { store, authority, signal }: Download,
  object: Wanted,
  path: string,
): Promise<ObjectVersion> {
  const uri = `s3://${object.bucket}/${object.key}`;
  const got = await getVersion(store, authority, object);
  if (got.kind === "refused") throw downloadFailed(uri, got.message);
  if (object.sha256 !== undefined && got.sha256 !== object.sha256) {
    throw clientError(
      `the object ${uri} is not what was recorded: its sha256 is ${got.sha256}, recorded is ${object.sha256}`,
    );
  }
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, "w", 0o644);
  try {
    for await (const chunk of got.body) {
      signal.throwIfAborted();
      await file.write(chunk);
    }
  } finally {
    await file.close();
  }
  const { bucket, key } = object;
  return { bucket, key, versionId: got.versionId, sha256: got.sha256, sizeBytes: got.sizeBytes };
}

/**
 * The current version, or the recorded one where that is another: naming a version takes a permission of its
 * own (s3:GetObjectVersion), which is asked for only where it is needed.
 */
async function getVersion(
  store: Download["store"],
  authority: Authority,
  { bucket, key, versionId }: Wanted,
): ReturnType<Store["get"]> {
  const current = await store.get({ authority, bucket, key });
  if (versionId === undefined || (current.kind === "object" && current.versionId === versionId)) return current;
  return await store.get({ authority, bucket, key, versionId });
}

function downloadFailed(uri: string, message: string): Error {
  return clientError(`Data download failed: ${uri}: ${message}`);
}
