import { createHash, randomBytes } from "node:crypto";
import type { S3 } from "../../packages/server/src/artifacts/index.ts";
import type { Seeded } from "../../packages/server/src/platform/testing/seeded.ts";
import type { UnstableDisk } from "../../packages/server/src/platform/testing/unstable-disk.ts";
import { mayDoEverything } from "./may-do-everything.ts";
import type { Name, ObjectLedger } from "./object-ledger.ts";

const sizes = [0, 1, 500, 511, 1_300, 9_000];
/** The least that a part which is not the last may have. */
const partBytesMin = 5 * 1024 * 1024;
const description = { headers: {}, metadata: {} };
const authority = mayDoEverything;
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

export interface Writer {
  readonly disk: UnstableDisk;
  readonly ledger: ObjectLedger;
  readonly s3: S3;
  readonly random: Seeded;
  readonly writer: number;
}

type Write = (x: Writer, name: Name) => Promise<void>;

const put: Write = ({ s3, ledger, random }, name) => {
  const bytes = randomBytes(random.one(sizes));
  return ledger.store(name, sha256(bytes), async () => {
    done(await s3.objects.put({ ...name, authority, body: once(bytes), description }));
    return true;
  });
};

const remove: Write = ({ s3, ledger }, name) =>
  ledger.remove(name, async () => {
    done(await s3.objects.delete({ ...name, authority }));
  });

/** Of another key of the same writer, which nobody changes meanwhile. */
const copy: Write = async (x, name) => {
  const source = nameFor(x);
  const digest = x.ledger.certain(source);
  if (digest === undefined || (source.bucket === name.bucket && source.key === name.key)) return;
  await x.ledger.store(name, digest, async () => {
    done(await x.s3.objects.copy({ ...name, authority, source }));
    return true;
  });
};

/** A version is put on top and removed by its id: what lies below it is there again. */
const removeVersion: Write = async (x, name) => {
  const before = x.ledger.certain(name);
  if (before === undefined || name.bucket !== "versioned") return;
  await put(x, name);
  const top = done(x.s3.objects.head(name));
  await x.ledger.store(name, before, async () => {
    done(await x.s3.objects.delete({ ...name, authority, versionId: top.version.versionId }));
    return true;
  });
};

/** Parts that are written, copied and written again; then completed, without one of them or not at all. */
const upload: Write = async (x, name) => {
  const { s3, ledger, random } = x;
  const bodies = [randomBytes(partBytesMin), randomBytes(random.one(sizes))].slice(random.chance(0.002) ? 0 : 1);
  const completes = random.chance(0.8);
  await ledger.store(name, sha256(Buffer.concat(bodies)), async () => {
    const { upload: made } = done(await s3.multiparts.create({ ...name, authority, description }));
    const place = { ...name, authority, uploadId: made.id };
    const parts = [];
    for (const [index, body] of bodies.entries()) {
      const part = index + 1;
      if (random.chance(0.2)) done(await s3.multiparts.putPart({ ...place, part, body: once(randomBytes(20)) }));
      const written = done(await s3.multiparts.putPart({ ...place, part, body: once(body) }));
      parts.push({ part, etag: written.part.etag });
    }
    await putSpare(x, place, bodies.length + 1);
    done(completes ? await s3.multiparts.complete({ ...place, parts }) : await s3.multiparts.abort(place));
    return completes;
  });
};

/** A part that the object will not have: copied where there is something to copy. */
async function putSpare(x: Writer, place: Name & { uploadId: string; authority: typeof authority }, part: number) {
  if (x.random.chance(0.7)) return;
  const source = nameFor(x);
  if (x.ledger.certain(source) !== undefined) done(await x.s3.multiparts.copyPart({ ...place, part, source }));
  else done(await x.s3.multiparts.putPart({ ...place, part, body: once(randomBytes(30)) }));
}

const writes: readonly Write[] = [put, put, put, remove, copy, removeVersion, upload];

/** Works on keys of its own until the power goes. */
export async function writeUntilCut(x: Writer): Promise<void> {
  const isDead = (): boolean => x.disk.isDead;
  while (!isDead()) {
    try {
      await x.random.one(writes)(x, nameFor(x));
    } catch (error) {
      // A copy whose source cannot be read any more is refused as damaged, not thrown at the writer.
      if (!isDead()) throw error;
    }
  }
}

function nameFor({ random, writer }: Writer): Name {
  return { bucket: random.one(["plain", "versioned"]), key: `${writer}/${random.below(3)}` };
}

function done<T extends { readonly kind: string }>(outcome: T): Exclude<T, { readonly kind: "refused" }> {
  if (outcome.kind === "refused") throw new Error(JSON.stringify(outcome));
  return outcome as Exclude<T, { readonly kind: "refused" }>;
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield bytes;
}
