import type { Clock } from "../platform/index.ts";
import type { AccessKeyStore } from "./access-key-store.ts";
import { reportColumns, rootRow, userRow } from "./credential-report-row.ts";
import type { CredentialReport, CredentialReportStore } from "./credential-report-store.ts";
import type { User } from "./identity.ts";
import type { IdentityStore } from "./identity-store.ts";
import type { LastUsed } from "./last-used.ts";
import type { People } from "./people/people.ts";
import { usersMax } from "./quotas.ts";

const reportAgeMaxMs = 4 * 3_600_000;

interface ReportParts {
  readonly store: CredentialReportStore;
  readonly identities: Pick<IdentityStore, "users">;
  readonly keys: Pick<AccessKeyStore, "of">;
  readonly lastUsed: LastUsed;
  readonly people: Pick<People, "factsOf">;
  readonly clock: Clock;
  readonly accountId: string;
  /** When the account was made, in epoch milliseconds. */
  readonly accountCreatedAt: number;
}

/** The report on everybody's credentials. As with AWS, one holds for four hours, and none is made meanwhile. */
export class CredentialReports {
  readonly #parts: ReportParts;

  constructor(parts: ReportParts) {
    this.#parts = parts;
  }

  /** "made": there was none that still holds. */
  generate(): "made" | "there-already" {
    const now = this.#parts.clock.now().getTime();
    if (typeof this.get() === "object") return "there-already";
    this.#parts.store.put({ generatedAt: now, content: this.#content() });
    return "made";
  }

  get(): CredentialReport | "none" | "expired" {
    const report = this.#parts.store.find();
    if (report === undefined) return "none";
    return this.#parts.clock.now().getTime() - report.generatedAt < reportAgeMaxMs ? report : "expired";
  }

  #content(): string {
    const { identities, accountId, accountCreatedAt } = this.#parts;
    const users = identities.users({ limit: usersMax }).items.map((user) => this.#row(user));
    const rows = [reportColumns, rootRow(accountId, accountCreatedAt), ...users];
    return rows.map((row) => row.map(field).join(",")).join("\n");
  }

  #row(user: User): readonly string[] {
    const { keys, lastUsed, people } = this.#parts;
    const keyFacts = keys.of(user.name).map((key) => ({ ...key, lastUse: lastUsed.last(key.id) }));
    return userRow(user, people.factsOf(user.id), keyFacts);
  }
}

/** User names may hold commas. */
function field(text: string): string {
  return text.includes(",") ? `"${text}"` : text;
}
