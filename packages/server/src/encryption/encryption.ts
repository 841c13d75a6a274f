import type { PolicyPrincipals } from "../access/index.ts";
import type { Clock, Db } from "../platform/index.ts";
import { Aliases } from "./aliases.ts";
import { DataKeys } from "./data-keys.ts";
import type { NoteKeyUse } from "./data-keys.ts";
import { GrantStore } from "./grant-store.ts";
import { ImportStore } from "./import-store.ts";
import { Imports } from "./imports.ts";
import { Grants } from "./grants.ts";
import type { NoteKeyDeed } from "./key-deed.ts";
import { keyFactsFor } from "./key-facts.ts";
import type { KeyFactsOf } from "./key-facts.ts";
import { KeyPairUse } from "./key-pair-use.ts";
import { KeyRing } from "./key-ring.ts";
import { KeyStore } from "./key-store.ts";
import { KeyUse } from "./key-use.ts";
import { Keys } from "./keys.ts";
import { Rotations } from "./rotations.ts";
import type { Seal } from "./seal.ts";

export interface Encryption {
  readonly keys: Keys;
  readonly aliases: Aliases;
  readonly rotations: Rotations;
  readonly imports: Imports;
  readonly grants: Grants;
  readonly keyUse: KeyUse;
  readonly keyPairUse: KeyPairUse;
  readonly dataKeys: DataKeys;
  /** For access: the policy, the grants and the tags of what a KMS ARN names. */
  readonly keyFacts: KeyFactsOf;
}

/** The account's keys over a database that has this domain's migrations. */
export function openEncryption(x: {
  db: Db;
  seal: Seal;
  clock: Clock;
  accountId: string;
  region: string;
  policyPrincipals: PolicyPrincipals;
  noteKeyUse: NoteKeyUse;
  noteKeyDeed: NoteKeyDeed;
}): Encryption {
  const store = new KeyStore(x.db);
  const grantStore = new GrantStore(x.db);
  const importStore = new ImportStore(x.db);
  const realm = { accountId: x.accountId, region: x.region };
  const kek = x.seal.derive("key material");
  const ring = new KeyRing({ store, imports: importStore, kek, clock: x.clock, realm, noteDeed: x.noteKeyDeed });
  const keys = new Keys(ring, store, importStore, x.policyPrincipals);
  // ④ keys whose waiting period ended while the server was down are wiped before anything is answered.
  keys.sweep();
  // ④ a crash between a deletion and its shredding leaves nothing behind.
  x.db.shred();
  const keyUse = new KeyUse(ring);
  return {
    keys,
    aliases: new Aliases(ring, store),
    rotations: new Rotations(ring, store, importStore),
    imports: new Imports(ring, importStore, x.seal.derive("import tokens")),
    grants: new Grants(ring, grantStore, x.policyPrincipals, x.seal.derive("grant tokens")),
    keyUse,
    keyPairUse: new KeyPairUse(ring),
    dataKeys: new DataKeys(keys, keyUse, x.noteKeyUse),
    keyFacts: keyFactsFor(ring, store, grantStore),
  };
}
