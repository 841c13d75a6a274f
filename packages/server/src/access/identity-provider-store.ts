import type { Db, Migration } from "../platform/index.ts";
import type { Tags } from "./identity.ts";

export const identityProviderMigrations: readonly Migration[] = [
  {
    name: "access-0021-identity-providers",
    sql: `
      CREATE TABLE access_identity_provider (
        arn TEXT PRIMARY KEY, url TEXT NOT NULL UNIQUE, client_ids TEXT NOT NULL, thumbprints TEXT NOT NULL,
        created_at INTEGER NOT NULL, tags TEXT NOT NULL
      ) STRICT;
    `,
  },
];

/** An OpenID Connect provider whose tokens may be exchanged for a session. */
export interface IdentityProvider {
  /** arn:aws:iam::<account>:oidc-provider/<host and path> */
  readonly arn: string;
  /** The issuer, with its scheme. */
  readonly url: string;
  /** The audiences that tokens may be for. */
  readonly clientIds: readonly string[];
  /** SHA-1 of certificates that are trusted for this provider, in hexadecimal, lower case. */
  readonly thumbprints: readonly string[];
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly tags: Tags;
}

interface Row {
  arn: string;
  url: string;
  client_ids: string;
  thumbprints: string;
  created_at: number;
  tags: string;
}

export class IdentityProviderStore {
  readonly #db: Db;
  readonly #forget: () => void;

  constructor(db: Db, forget: () => void) {
    this.#db = db;
    this.#forget = forget;
  }

  find(arn: string): IdentityProvider | undefined {
    const row = this.#db.get<Row>("SELECT * FROM access_identity_provider WHERE arn = ?", arn);
    return row && providerOf(row);
  }

  findByUrl(url: string): IdentityProvider | undefined {
    const row = this.#db.get<Row>("SELECT * FROM access_identity_provider WHERE url = ?", url);
    return row && providerOf(row);
  }

  all(): IdentityProvider[] {
    return this.#db.all<Row>("SELECT * FROM access_identity_provider ORDER BY arn").map(providerOf);
  }

  count(): number {
    return this.#db.get<{ count: number }>("SELECT count(*) AS count FROM access_identity_provider")?.count ?? 0;
  }

  put({ arn, url, clientIds, thumbprints, createdAt, tags }: IdentityProvider): void {
    this.#db.run(
      `INSERT INTO access_identity_provider (arn, url, client_ids, thumbprints, created_at, tags)
       VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (arn) DO UPDATE SET
         client_ids = excluded.client_ids, thumbprints = excluded.thumbprints, tags = excluded.tags`,
      arn,
      url,
      JSON.stringify(clientIds),
      JSON.stringify(thumbprints),
      createdAt,
      JSON.stringify(tags),
    );
    this.#forget();
  }

  remove(arn: string): void {
    this.#db.run("DELETE FROM access_identity_provider WHERE arn = ?", arn);
    this.#forget();
  }
}

function providerOf(row: Row): IdentityProvider {
  return {
    arn: row.arn,
    url: row.url,
    clientIds: JSON.parse(row.client_ids) as string[],
    thumbprints: JSON.parse(row.thumbprints) as string[],
    createdAt: row.created_at,
    tags: JSON.parse(row.tags) as Tags,
  };
}
