import type { Authority } from "../../access/index.ts";
import type { Clock } from "../../platform/index.ts";
import { ContentCheck } from "./content-check.ts";
import type { Damage, Unreadable } from "./content-check.ts";
import { folderCount } from "./object-files.ts";
import type { ObjectFiles } from "./object-files.ts";
import type { ObjectKeys } from "./object-keys.ts";
import type { ObjectStore } from "./object-store.ts";
import { partNumberMax } from "./part-list.ts";
import type { ScrubStore } from "./scrub-store.ts";
import type { UploadStore } from "./upload-store.ts";

/** What one piece of the work came to. */
export interface ScrubbedPiece {
  readonly kind: "piece";
  /** Where to go on; absent when all is done. */
  readonly next?: string;
  /** Versions of objects, and parts of uploads that are under way. */
  readonly objects: number;
  readonly parts: number;
  /** Plaintext that was authenticated. */
  readonly bytes: number;
  readonly damaged: readonly Damage[];
  readonly unreadable: readonly Unreadable[];
  /** Files that nothing named, and their bytes; they are gone. */
  readonly orphans: number;
  readonly orphanBytes: number;
}

/**
 * Goes through everything that is stored, in pieces: the metadata's own pages, every version's and every upload's
 * files under their data keys, and the files that nothing names. `authority` needs the use of the KMS keys; what it
 * may not open is counted under its key's name, and looked at from outside. The server works on meanwhile.
 */
export type Scrub = (x: {
  readonly authority: Authority;
  readonly after?: string | undefined;
}) => Promise<ScrubbedPiece | { readonly kind: "malformed-place" }>;

/** A piece ends with the object that reaches one of these. */
const bytesMax = 256 * 1024 * 1024;
const thingsMax = 500;
/** Between a file's last byte and its record there are milliseconds; what is so old never finished. */
const orphanAgeMs = 3_600_000;

interface Means {
  readonly scrubStore: ScrubStore;
  readonly store: ObjectStore;
  readonly uploads: UploadStore;
  readonly files: ObjectFiles;
  readonly keys: ObjectKeys;
  readonly clock: Clock;
}

const stages = ["pages", "versions", "uploads", "files"] as const;
interface Place {
  readonly stage: (typeof stages)[number];
  readonly behind: number;
}
const placeForm = /^(pages|versions|uploads|files)-(\d{1,15})$/;

export function openScrub(means: Means): Scrub {
  return async ({ authority, after = "pages-0" }) => {
    const from = placeOf(after);
    if (from === undefined) return { kind: "malformed-place" };
    const check = new ContentCheck(means, authority);
    let place: Place | undefined = from;
    let orphans = { files: 0, bytes: 0 };
    do {
      if (place.stage === "files") orphans = added(orphans, await collect(means, place.behind));
      place = await step(means, check, place);
    } while (place !== undefined && check.bytes < bytesMax && check.things < thingsMax);
    const { objects, parts, bytes, damaged, unreadable } = check;
    const found = { objects, parts, bytes, damaged, unreadable, orphans: orphans.files, orphanBytes: orphans.bytes };
    return { kind: "piece", ...found, ...(place === undefined ? {} : { next: `${place.stage}-${place.behind}` }) };
  };
}

function placeOf(text: string): Place | undefined {
  const [, name, behind] = placeForm.exec(text) ?? [];
  const stage = stages.find((candidate) => candidate === name);
  return stage === undefined ? undefined : { stage, behind: Number(behind) };
}

/** One thing of the stage; returns what is next. */
async function step(means: Means, check: ContentCheck, { stage, behind }: Place): Promise<Place | undefined> {
  const { scrubStore, store, uploads } = means;
  switch (stage) {
    case "pages": {
      const fault = scrubStore.pageFault();
      if (fault !== undefined) check.report({ problem: `The metadata database is damaged: ${fault}` });
      return { stage: "versions", behind: 0 };
    }
    case "versions": {
      const version = scrubStore.versionAfter(behind);
      if (version === undefined) return { stage: "uploads", behind: 0 };
      await check.version(version, store.filesOf(version));
      return { stage, behind: version.seq };
    }
    case "uploads": {
      const next = scrubStore.uploadAfter(behind);
      if (next === undefined) return { stage: "files", behind: 0 };
      const upload = uploads.find(next.bucket, next.key, next.id);
      if (upload !== undefined) await check.upload(upload, uploads.parts(upload, 0, partNumberMax));
      return { stage, behind: next.seq };
    }
    case "files":
      return behind + 1 < folderCount ? { stage, behind: behind + 1 } : undefined;
  }
}

function collect({ files, store, uploads, clock }: Means, folder: number): Promise<{ files: number; bytes: number }> {
  const before = new Date(clock.now().getTime() - orphanAgeMs);
  return files.collectStale(folder, before, (id) => store.namesFile(id) || uploads.namesFile(id));
}

function added(some: { files: number; bytes: number }, more: { files: number; bytes: number }) {
  return { files: some.files + more.files, bytes: some.bytes + more.bytes };
}
