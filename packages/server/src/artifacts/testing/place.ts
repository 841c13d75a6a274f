import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AccessDenied } from "../../access/authority.ts";
import type { Authority, Permission } from "../../access/authority.ts";
import { migrations as accessMigrations, openAccess } from "../../access/index.ts";
import type { TrailEvent } from "../../audit/index.ts";
import { createSeal, migrations as keyMigrations, openEncryption, openSeal } from "../../encryption/index.ts";
import type { Encryption } from "../../encryption/index.ts";
import { openDb, silentLog, TurnableClock } from "../../platform/index.ts";
import type { Clock, Db } from "../../platform/index.ts";
import { migrations, openS3 } from "../index.ts";
import type { S3 } from "../index.ts";

const secret = { kind: "key-file", content: Buffer.alloc(32, 7) } as const;
const accountId = "111122223333";

/** Buckets and objects over a real database, real keys and real files in a temporary folder. */
export interface Place extends AsyncDisposable {
  readonly folder: string;
  readonly db: Db;
  readonly s3: S3;
  readonly encryption: Encryption;
  /** What the store recorded of what it does by itself, in order. */
  readonly recorded: readonly TrailEvent[];
  /** What is waited for before the next records count as written. */
  onRecord(before: (event: TrailEvent) => void | Promise<void>): void;
  /** Closes everything and opens it again over the same folder, as after a restart. */
  reopen(): Promise<Place>;
}

export async function openPlace(
  at?: string,
  clock: Clock = new TurnableClock(new Date("2026-11-23T10:00:00Z")),
): Promise<Place> {
  const folder = at ?? (await mkdtemp(join(tmpdir(), "strongroom-artifacts-")));
  const created = await createSeal(folder, secret);
  const opened = created.kind === "open" ? created : await openSeal(folder, secret);
  if (opened.kind !== "open") throw new Error(`the seal is ${opened.kind}`);
  const { seal } = opened;
  const db = openDb(join(folder, "metadata.db"), seal.derive("metadata"));
  db.migrate(accessMigrations);
  db.migrate(keyMigrations);
  db.migrate(migrations);
  const tokenKey = seal.derive("tokens");
  const { policyPrincipals } = openAccess({ db, clock, accountId, region: "us-east-1", tokenKey });
  const encryption = openEncryption({
    policyPrincipals,
    db,
    seal,
    clock,
    noteKeyUse: () => Promise.resolve(),
    noteKeyDeed: () => undefined,
    accountId,
    region: "us-east-1",
  });
  const recorded: TrailEvent[] = [];
  let before: (event: TrailEvent) => void | Promise<void> = () => undefined;
  const trail = {
    record: async (event: TrailEvent) => {
      await before(event);
      recorded.push(event);
    },
  };
  const s3 = await openS3({
    ...{ trail, accountId, region: "us-east-1" },
    db,
    dataFolder: folder,
    clock,
    log: silentLog,
    dataKeys: encryption.dataKeys,
    policyPrincipals,
    sseS3Key: seal.derive("objects"),
  });
  return {
    folder,
    db,
    s3,
    encryption,
    recorded,
    onRecord: (next) => {
      before = next;
    },
    async reopen() {
      await s3.lifecycle[Symbol.asyncDispose]();
      await s3.notices[Symbol.asyncDispose]();
      db[Symbol.dispose]();
      return openPlace(folder, clock);
    },
    async [Symbol.asyncDispose]() {
      await s3.lifecycle[Symbol.asyncDispose]();
      await s3.notices[Symbol.asyncDispose]();
      db[Symbol.dispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Somebody who may do everything but what `denies` names; `asked` collects what was demanded. */
export function authority(
  denies: (permission: Permission) => boolean = () => false,
  asked: Permission[] = [],
): Authority {
  const decide = (permission: Permission) => {
    asked.push(permission);
    const allowed = !denies(permission);
    return {
      allowed,
      message: `User: tester is not authorized to perform: ${permission.action} on resource: ${permission.resource}`,
      because: "test",
    };
  };
  const self: Authority = {
    principal: {
      kind: "user",
      arn: `arn:aws:iam::${accountId}:user/tester`,
      accountId,
      userId: "AIDATESTER",
      userName: "tester",
    },
    origin: { kind: "host", sourceIp: "127.0.0.1" },
    decide,
    demand(permission) {
      const decision = decide(permission);
      if (!decision.allowed) throw new AccessDenied(decision, permission);
    },
    sees: (permission) => decide(permission).allowed,
    via: () => self,
  };
  return self;
}

export async function* pieces(bytes: Uint8Array, pieceBytes = 65_536): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  for (let at = 0; at < bytes.byteLength; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

export async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(part);
  return Buffer.concat(parts);
}

export const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
export const md5 = (bytes: Uint8Array): string => createHash("md5").update(bytes).digest("hex");
export const random = (sizeBytes: number): Buffer => randomBytes(sizeBytes);
export const plain = { headers: {}, metadata: {} } as const;

/** The outcome, where it is of the kind that the test expects. */
export function expectKind<T extends { kind: string }, K extends T["kind"]>(
  outcome: T,
  kind: K,
): Extract<T, { kind: K }> {
  if (outcome.kind !== kind) throw new Error(`expected ${kind}, got ${JSON.stringify(outcome)}`);
  return outcome as Extract<T, { kind: K }>;
}
