import { randomUUID } from "node:crypto";
import type { Expiration, LifecycleRule, RuleFilter } from "../../../artifacts/index.ts";
import { malformedXml, s3Error } from "../s3-error.ts";
import { readFilter } from "./read-filter.ts";
import type { GivenExpiration, GivenRule } from "./rule-members.ts";

const rulesMax = 1000;
const idCharactersMax = 255;
const newerVersionsMax = 100;
const dayMs = 86_400_000;

/**
 * The rules of a configuration, each with an id. What is wrong is answered as S3 answers it.
 * Source: "Lifecycle configuration elements", Amazon S3 user guide, and the answers of S3 itself.
 */
export function readRules(given: readonly GivenRule[]): LifecycleRule[] {
  if (given.length === 0 || given.length > rulesMax) throw malformedXml();
  const ids = given.flatMap(({ ID }) => (ID === undefined || ID === "" ? [] : [ID]));
  if (ids.some((id) => id.length > idCharactersMax)) {
    throw s3Error("InvalidArgument", `ID length should not exceed allowed limit of ${idCharactersMax}`);
  }
  if (new Set(ids).size < ids.length) {
    throw s3Error("InvalidArgument", "Rule ID must be unique. Found same ID for more than one rule");
  }
  const isNewForm = given[0]?.Filter !== undefined;
  for (const rule of given) checkForm(rule, isNewForm);
  const rules = given.map(readRule);
  if (!isNewForm) refuseOverlap(rules);
  return rules;
}

/** A configuration has prefixes at its rules, or filters; the first rule tells which. */
function checkForm(rule: GivenRule, isNewForm: boolean): void {
  const { Filter: filter, Prefix: prefix, NoncurrentVersionExpiration: noncurrent } = rule;
  if ((filter === undefined) === (prefix === undefined)) throw malformedXml();
  if (isNewForm && prefix !== undefined) {
    const message = "Base level prefix cannot be used in Lifecycle V2, prefixes are only supported in the Filter.";
    throw s3Error("InvalidRequest", message);
  }
  if (!isNewForm && filter !== undefined) {
    throw s3Error("InvalidRequest", "Filter element can only be used in Lifecycle V2.");
  }
  if (!isNewForm && noncurrent?.NewerNoncurrentVersions !== undefined) {
    throw s3Error("InvalidRequest", "NewerNoncurrentVersions element can only be used in Lifecycle V2.");
  }
}

function readRule(given: GivenRule): LifecycleRule {
  if (given.Status !== "Enabled" && given.Status !== "Disabled") throw malformedXml();
  const { filter, filterForm } = readFilter(given);
  const expiration = given.Expiration === undefined ? undefined : readExpiration(given.Expiration);
  const noncurrentExpiration = readNoncurrent(given.NoncurrentVersionExpiration);
  const abortUploadAfterDays = readAbort(given.AbortIncompleteMultipartUpload);
  if (expiration === undefined && noncurrentExpiration === undefined && abortUploadAfterDays === undefined) {
    throw s3Error("InvalidRequest", "At least one action needs to be specified in a rule");
  }
  if (expiration !== undefined && "expiredDeleteMarker" in expiration) {
    refuseFilter("ExpiredObjectDeleteMarker", filter);
  }
  if (abortUploadAfterDays !== undefined) refuseFilter("AbortIncompleteMultipartUpload", filter);
  return {
    id: given.ID === undefined || given.ID === "" ? newRuleId() : given.ID,
    isEnabled: given.Status === "Enabled",
    filter,
    filterForm,
    ...(expiration === undefined ? {} : { expiration }),
    ...(noncurrentExpiration === undefined ? {} : { noncurrentExpiration }),
    ...(abortUploadAfterDays === undefined ? {} : { abortUploadAfterDays }),
  };
}

/** In the form that S3 gives to ids of its own. */
const newRuleId = (): string => Buffer.from(randomUUID()).toString("base64");

function readExpiration(given: GivenExpiration): Expiration {
  const { Date: date, Days: days, ExpiredObjectDeleteMarker: expiredDeleteMarker } = given;
  if ([date, days, expiredDeleteMarker].filter((one) => one !== undefined).length !== 1) throw malformedXml();
  if (days !== undefined) return { days: positive(days, "Days", "Expiration") };
  if (expiredDeleteMarker !== undefined) return { expiredDeleteMarker };
  const time = date?.getTime() ?? NaN;
  if (time % dayMs !== 0) throw s3Error("InvalidArgument", "'Date' must be at midnight GMT");
  return { date: time };
}

function readNoncurrent(given: GivenRule["NoncurrentVersionExpiration"]): LifecycleRule["noncurrentExpiration"] {
  if (given === undefined) return undefined;
  const { NoncurrentDays: asked, NewerNoncurrentVersions: newerVersions } = given;
  if (asked === undefined) throw malformedXml();
  const days = positive(asked, "NoncurrentDays", "NoncurrentVersionExpiration");
  if (newerVersions === undefined) return { days };
  if (newerVersions < 1 || newerVersions > newerVersionsMax) {
    const message = `'NewerNoncurrentVersions' for NoncurrentVersionExpiration action must be between 1 and ${newerVersionsMax}`;
    throw s3Error("InvalidArgument", message);
  }
  return { days, newerVersions };
}

function readAbort(given: GivenRule["AbortIncompleteMultipartUpload"]): number | undefined {
  if (given === undefined) return undefined;
  if (given.DaysAfterInitiation === undefined) throw malformedXml();
  return positive(given.DaysAfterInitiation, "DaysAfterInitiation", "AbortIncompleteMultipartUpload");
}

function positive(days: number, name: string, action: string): number {
  if (days > 0) return days;
  throw s3Error("InvalidArgument", `'${name}' for ${action} action must be a positive integer`);
}

/** Uploads and delete markers have neither tags nor a size. */
function refuseFilter(action: string, { tags, sizeAbove, sizeBelow }: RuleFilter): void {
  if (tags !== undefined) throw s3Error("InvalidRequest", `${action} cannot be specified with Tags.`);
  if (sizeAbove !== undefined || sizeBelow !== undefined) {
    throw s3Error("InvalidRequest", `${action} cannot be specified with Object Size.`);
  }
}

const actions = [
  ["Expiration", ({ expiration }: LifecycleRule) => expiration],
  ["NoncurrentVersionExpiration", ({ noncurrentExpiration }: LifecycleRule) => noncurrentExpiration],
  ["AbortIncompleteMultipartUpload", ({ abortUploadAfterDays }: LifecycleRule) => abortUploadAfterDays],
] as const;

/** In the old form two rules with the same action have nothing in common: sorted, a prefix stands before what it begins. */
function refuseOverlap(rules: readonly LifecycleRule[]): void {
  for (const [name, has] of actions) {
    const prefixes = rules.flatMap((rule) => (has(rule) === undefined ? [] : [rule.filter.prefix ?? ""])).sort();
    const at = prefixes.findIndex((prefix, i) => i > 0 && prefix.startsWith(prefixes[i - 1] ?? ""));
    if (at < 0) continue;
    const both = `'${prefixes[at - 1] ?? ""}' and '${prefixes[at] ?? ""}'`;
    throw s3Error("InvalidRequest", `Found overlapping prefixes ${both} for same action type '${name}'`);
  }
}
