import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";

import type { Authority } from "../../access/index.ts";
import type { Store } from "../../artifacts/index.ts";
import { folderInside, listTree, mergeTrees, packEntries } from "../archive/index.ts";
import type { Enclosed } from "../enclosure/index.ts";
import type { LineWriter } from "../logs/index.ts";
import { clientError } from "./failure.ts";
import type { ObjectVersion, OutputEvidence } from "./job.ts";
import type { JobPlan, PlannedOutput } from "./job-plan.ts";
import { below, readS3Uri } from "./s3-uri.ts";

interface Taking {
  readonly objects: Pick<Store, "put">;
  readonly hosts: readonly [Enclosed, ...Enclosed[]];
  openLog(hostName: string): LineWriter;
}

/**
 * Stores what a job's hosts left under the job's output key and says what was stored. A training job that was
 * stopped keeps what it has of a model; of one that is not whole, empty archives are left out. ④ Plain bytes leave
 * the volumes only as a stream into the encrypting store. Throws JobFailure with the reason where something is refused.
 */
export async function takeOutputs(taking: Taking, plan: JobPlan, isWhole: boolean): Promise<OutputEvidence[]> {
  const evidence: OutputEvidence[] = [];
  for (const output of plan.outputs) {
    const objects =
      output.kind === "archive"
        ? await takeArchive(taking, plan, output, isWhole)
        : await takeFiles(taking, plan, output);
    evidence.push({ name: output.name, objects });
  }
  return evidence;
}

/** The folders of all hosts as one archive. */
async function takeArchive(
  taking: Taking,
  plan: JobPlan,
  output: Extract<PlannedOutput, { kind: "archive" }>,
  isWhole: boolean,
): Promise<ObjectVersion[]> {
  const folders = await foldersOf(taking.hosts, output);
  const { entries, leftOut } = await mergeTrees(folders.map(({ folder }) => folder));
  for (const { host, folder } of folders) {
    const [first, ...others] = leftOut.filter(({ root }) => root === folder);
    if (first === undefined) continue;
    using log = taking.openLog(host.hostName);
    const more = others.length === 0 ? "is" : `and ${others.length} more are`;
    log.line(`strongroom: /opt/ml/${output.folder}/${first.path} ${more} left out: a host before has the same name`);
  }
  if (folders.length === 0 || ((output.optional || !isWhole) && entries.length === 0)) return [];
  const upload = uploadOf(taking, taking.hosts[0], plan);
  return [await putObject(upload, output.s3Uri, packEntries(entries), "application/x-gzip")];
}

/** Every host's files below the same prefix: of two with the same name, that of the later host is the current one. */
async function takeFiles(
  taking: Taking,
  plan: JobPlan,
  output: Extract<PlannedOutput, { kind: "files" }>,
): Promise<ObjectVersion[]> {
  const objects: ObjectVersion[] = [];
  for (const { host, folder } of await foldersOf(taking.hosts, output)) {
    const upload = uploadOf(taking, host, plan);
    for (const { type, path } of await listTree(folder)) {
      if (type !== "file") continue;
      const body = fileBytes(join(folder, path));
      objects.push(await putObject(upload, below(output.s3Uri, path), body, "application/octet-stream"));
    }
  }
  return objects;
}

async function foldersOf(
  hosts: readonly Enclosed[],
  output: PlannedOutput,
): Promise<{ readonly host: Enclosed; readonly folder: string }[]> {
  const folders = [];
  for (const host of hosts) {
    const folder = await folderInside(host.root, ...output.folder.split("/"));
    if (folder !== undefined) folders.push({ host, folder });
  }
  return folders;
}

interface Upload {
  readonly store: Pick<Store, "put">;
  readonly authority: Authority;
  readonly kmsKeyId: string | undefined;
}

function uploadOf({ objects }: Taking, host: Enclosed, { outputKmsKeyId }: JobPlan): Upload {
  return { store: objects, authority: host.authority(), kmsKeyId: outputKmsKeyId };
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
