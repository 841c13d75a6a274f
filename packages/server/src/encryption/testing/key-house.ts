import assert from "node:assert/strict";
import { createPrivateKey, randomBytes } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openAccess, isRefused, migrations as accessMigrations } from "../../access/index.ts";
import type { Access, Authority, Origin, Principal } from "../../access/index.ts";
import { openDb, TurnableClock } from "../../platform/index.ts";
import { createSeal, migrations, openEncryption, openSeal } from "../index.ts";
import type { Encryption, ServiceKeyUse } from "../index.ts";
import { GrantStore } from "../grant-store.ts";
import type { Grant } from "../grant-store.ts";
import type { KeyDeed } from "../key-deed.ts";
import { ImportStore } from "../import-store.ts";
import { KeyRing } from "../key-ring.ts";
import { KeyStore } from "../key-store.ts";

export const accountId = "111122223333";
export const region = "us-east-1";
const host: Origin = { kind: "host", sourceIp: "127.0.0.1" };

/** Keys and the real access to them in a temporary folder, for tests. */
export interface KeyHouse extends Encryption {
  readonly folder: string;
  readonly clock: TurnableClock;
  readonly access: Access;
  /** Makes a user whose one inline policy holds these statements, and acts as that user. */
  readonly user: (name: string, ...statements: readonly object[]) => Authority;
  /** The private key of an asymmetric KMS key, which nobody but a test ever sees. */
  readonly privateKeyOf: (keyId: string) => KeyObject;
  /** The first material of a key, which nobody but a test ever sees. */
  readonly materialOf: (keyId: string) => Buffer;
  /** Gives a key this many grants to nobody in particular. */
  readonly fillGrants: (keyId: string, count: number) => void;
  /** Stores a grant as it was before unique ids were kept: with ARNs. */
  readonly grantByName: (keyId: string, grant: Pick<Grant, "grantee" | "retiring" | "operations">) => void;
  /** Closes everything and opens it anew over the same folder, as after a restart. */
  readonly restart: () => Promise<void>;
  /** What rests of a key's materials, oldest first. */
  readonly wrappedOf: (keyId: string) => Buffer[];
  /** What services did with keys, in order. */
  readonly uses: readonly ServiceKeyUse[];
  /** What was done to keys because their day had come, in order. */
  readonly deeds: readonly KeyDeed[];
  readonly databaseKey: () => Uint8Array;
  /** Brings all that was written into the database's own file. */
  readonly checkpoint: () => void;
  /** Everything of which no file may hold a copy: the operator's secret, derived keys, a key's material. */
  readonly secretsOf: (keyId: string) => Buffer[];
}

export const allowAll = { Effect: "Allow", Action: "*", Resource: "*" };

export async function inKeyHouse(body: (house: KeyHouse) => Promise<void> | void): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "strongroom-keys-"));
  const secret = { kind: "key-file", content: randomBytes(32) } as const;
  const clock = new TurnableClock(new Date("2026-11-23T00:00:00Z"));
  const uses: ServiceKeyUse[] = [];
  const deeds: KeyDeed[] = [];
  let rooms = await open();
  const house: KeyHouse = {
    folder,
    clock,
    uses,
    deeds,
    get access() {
      return rooms.access;
    },
    get keys() {
      return rooms.encryption.keys;
    },
    get aliases() {
      return rooms.encryption.aliases;
    },
    get rotations() {
      return rooms.encryption.rotations;
    },
    get imports() {
      return rooms.encryption.imports;
    },
    get grants() {
      return rooms.encryption.grants;
    },
    get keyUse() {
      return rooms.encryption.keyUse;
    },
    get keyPairUse() {
      return rooms.encryption.keyPairUse;
    },
    get dataKeys() {
      return rooms.encryption.dataKeys;
    },
    get keyFacts() {
      return rooms.encryption.keyFacts;
    },
    user: (name, ...statements) => userOf(rooms.access, name, statements),
    secretsOf: (keyId) => [Buffer.from(secret.content), ...rooms.secretsOf(keyId)],
    privateKeyOf: (keyId) => createPrivateKey({ key: rooms.materialOf(keyId), format: "der", type: "pkcs8" }),
    materialOf: (keyId) => rooms.materialOf(keyId),
    fillGrants: (keyId, count) => rooms.fillGrants(keyId, count),
    grantByName: (keyId, grant) => rooms.grantByName(keyId, grant),
    wrappedOf: (keyId) => rooms.wrappedOf(keyId),
    databaseKey: () => rooms.databaseKey,
    checkpoint: () => rooms.checkpoint(),
    restart: async () => {
      rooms.close();
      rooms = await open();
    },
  };
  try {
    await body(house);
  } finally {
    rooms.close();
    await rm(folder, { recursive: true });
  }

  async function open(): Promise<{
    access: Access;
    encryption: Encryption;
    secretsOf(keyId: string): Buffer[];
    fillGrants(keyId: string, count: number): void;
    grantByName: KeyHouse["grantByName"];
    materialOf(keyId: string): Buffer;
    wrappedOf(keyId: string): Buffer[];
    readonly databaseKey: Uint8Array;
    checkpoint(): void;
    close(): void;
  }> {
    const created = await createSeal(folder, secret);
    const opened = created.kind === "open" ? created : await openSeal(folder, secret);
    assert.ok(opened.kind === "open");
    const { seal } = opened;
    const databaseKey = seal.derive("metadata database");
    const db = openDb(join(folder, "metadata.db"), databaseKey);
    db.migrate([...accessMigrations, ...migrations]);
    const noteKeyDeed = (deed: KeyDeed) => deeds.push(deed);
    const noteKeyUse = (use: ServiceKeyUse): Promise<void> => {
      uses.push(use);
      return Promise.resolve();
    };
    const access = openAccess({ db, clock, accountId, region, tokenKey: seal.derive("tokens") });
    const { policyPrincipals } = access;
    const notes = { noteKeyUse, noteKeyDeed };
    const encryption = openEncryption({ db, seal, clock, accountId, region, policyPrincipals, ...notes });
    access.describeResources("kms", encryption.keyFacts);
    const close = (): void => {
      db[Symbol.dispose]();
      seal[Symbol.dispose]();
    };
    const kek = seal.derive("key material");
    const materialOf = (keyId: string): Buffer => {
      const parts = { store: new KeyStore(db), imports: new ImportStore(db), kek, clock };
      const ring = new KeyRing({ ...parts, realm: { accountId, region }, noteDeed: () => undefined });
      const material = ring.withMaterial(keyId, 1, (bytes) => Buffer.from(bytes));
      assert.ok(material?.some((byte) => byte !== 0) === true);
      return material;
    };
    const secretsOf = (keyId: string): Buffer[] => {
      return [materialOf(keyId), Buffer.from(kek), Buffer.from(seal.derive("metadata database"))];
    };
    const fillGrants = (keyId: string, count: number): void => {
      const store = new GrantStore(db);
      const like = { keyId, name: null, grantee: "nobody", retiring: null, operations: [], constraints: {} };
      db.transaction(() => {
        for (let i = 0; i < count; i += 1) {
          store.insert({ ...like, grantId: String(i).padStart(64, "0"), issuingAccount: accountId, createdAt: 0 });
        }
      });
    };
    const grantByName: KeyHouse["grantByName"] = (keyId, grant) => {
      const rest = { name: null, constraints: {}, issuingAccount: accountId, createdAt: 0 };
      new GrantStore(db).insert({ ...rest, ...grant, keyId, grantId: "1".repeat(64) });
    };
    const wrappedOf = (keyId: string): Buffer[] => {
      const store = new KeyStore(db);
      const versions = Array.from({ length: store.key(keyId)?.currentVersion ?? 0 }, (_, i) => i + 1);
      return versions.flatMap((version) => {
        const wrapped = store.material(keyId, version);
        return wrapped === undefined ? [] : [Buffer.from(wrapped)];
      });
    };
    const held = { access, encryption, secretsOf, fillGrants, grantByName, materialOf, wrappedOf, databaseKey };
    return { ...held, checkpoint: () => db.shred(), close };
  }
}

function userOf(access: Access, name: string, statements: readonly object[]): Authority {
  const user = access.users.create({ name, path: "/", boundaryArn: undefined, tags: {} });
  assert.ok(!isRefused(user));
  const document = JSON.stringify({ Version: "2012-10-17", Statement: statements });
  const owner = { kind: "user", name } as const;
  if (statements.length > 0) assert.equal(access.policies.putInline(owner, { name: "own", document }), undefined);
  const principal: Principal = { kind: "user", arn: user.arn, accountId, userId: user.id, userName: name };
  return access.authorityFor(principal, host, { secureTransport: true });
}
