import type { AccessKey, User } from "./identity.ts";
import type { Use } from "./last-used-store.ts";
import type { PersonFacts } from "./people/people.ts";

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html#id_credentials_understanding_the_report_format */
export const reportColumns = [
  "user",
  "arn",
  "user_creation_time",
  "password_enabled",
  "password_last_used",
  "password_last_changed",
  "password_next_rotation",
  "mfa_active",
  "access_key_1_active",
  "access_key_1_last_rotated",
  "access_key_1_last_used_date",
  "access_key_1_last_used_region",
  "access_key_1_last_used_service",
  "access_key_2_active",
  "access_key_2_last_rotated",
  "access_key_2_last_used_date",
  "access_key_2_last_used_region",
  "access_key_2_last_used_service",
  "cert_1_active",
  "cert_1_last_rotated",
  "cert_2_active",
  "cert_2_last_rotated",
] as const;

const none = "N/A";
const noKey = ["false", none, none, none, none];
const noCertificates = ["false", none, "false", none];

/** The account's root user has no password and no keys of its own here. */
export function rootRow(accountId: string, createdAt: number): readonly string[] {
  const unsupported = "not_supported";
  const password = [unsupported, none, unsupported, unsupported];
  const who = ["<root_account>", `arn:aws:iam::${accountId}:root`, date(createdAt)];
  return [...who, ...password, "false", ...noKey, ...noKey, ...noCertificates];
}

type KeyFacts = Pick<AccessKey, "active" | "createdAt"> & { readonly lastUse: Use | undefined };

/** `keys`: the oldest first, at most two. */
export function userRow(user: User, person: PersonFacts, [first, second]: readonly KeyFacts[]): readonly string[] {
  return [
    user.name,
    user.arn,
    date(user.createdAt),
    ...passwordFields(person),
    String(person.hasMfa),
    ...keyFields(first),
    ...keyFields(second),
    ...noCertificates,
  ];
}

function passwordFields(person: PersonFacts): readonly string[] {
  if (!person.hasPassword) return ["false", none, none, none];
  const { passwordLastUsedAt, passwordChangedAt, passwordExpiresAt } = person;
  return ["true", date(passwordLastUsedAt, "no_information"), date(passwordChangedAt), date(passwordExpiresAt)];
}

function keyFields(key: KeyFacts | undefined): readonly string[] {
  if (key === undefined) return noKey;
  const { lastUse } = key;
  const used = lastUse === undefined ? [none, none, none] : [date(lastUse.at), lastUse.region, lastUse.service];
  return [String(key.active), date(key.createdAt), ...used];
}

function date(at: number | undefined, otherwise: string = none): string {
  return at === undefined ? otherwise : new Date(at).toISOString().replace(/\.\d+Z$/, "+00:00");
}
