import type { LifecycleRule, RuleFilter } from "../../../artifacts/index.ts";
import { malformedXml, s3Error } from "../s3-error.ts";
import { readTagSet } from "../tags.ts";
import type { GivenAnd, GivenFilter, GivenRule } from "./rule-members.ts";

const prefixBytesMax = 1024;
/** 50 TB, the largest object of S3. */
const sizeMax = 1_099_511_627_776_000;

type ReadFilter = Pick<LifecycleRule, "filter" | "filterForm">;

/** The filter of a rule. Alone it has one predicate or none; several stand in its And. */
export function readFilter({ Prefix: prefix, Filter: given }: Pick<GivenRule, "Prefix" | "Filter">): ReadFilter {
  // Which of the two forms a configuration has was looked at before.
  if (given === undefined) return { filter: checked({ prefix: prefix ?? "" }), filterForm: "rule" };
  const { And: and, ...single } = given;
  const predicates = Object.keys(single).length;
  if (and === undefined) {
    if (predicates > 1) throw malformedXml();
    return { filter: checked(filterOf(single)), filterForm: "filter" };
  }
  if (predicates > 0 || predicatesIn(and) < 2) throw malformedXml();
  return { filter: checked(filterOf(and)), filterForm: "and" };
}

const predicatesIn = ({ Tags: tags = [], ...others }: GivenAnd): number => tags.length + Object.keys(others).length;

function filterOf(given: GivenAnd & Pick<GivenFilter, "Tag">): RuleFilter {
  const { Prefix: prefix, Tag: tag, Tags: tags = tag === undefined ? [] : [tag] } = given;
  const { ObjectSizeGreaterThan: sizeAbove, ObjectSizeLessThan: sizeBelow } = given;
  return {
    ...(prefix === undefined ? {} : { prefix }),
    ...(tags.length === 0 ? {} : { tags: readTags(tags) }),
    ...(sizeAbove === undefined ? {} : { sizeAbove }),
    ...(sizeBelow === undefined ? {} : { sizeBelow }),
  };
}

function readTags(tags: readonly { readonly Key: string; readonly Value: string }[]) {
  if (new Set(tags.map(({ Key }) => Key)).size < tags.length) {
    throw s3Error("InvalidRequest", "Duplicate Tag Keys are not allowed.");
  }
  return readTagSet(tags);
}

function checked(filter: RuleFilter): RuleFilter {
  const { prefix = "", sizeAbove, sizeBelow } = filter;
  if (Buffer.byteLength(prefix) > prefixBytesMax) {
    throw s3Error("InvalidRequest", `The maximum size of a prefix is ${prefixBytesMax}.`);
  }
  inRange("ObjectSizeGreaterThan", sizeAbove, 0);
  inRange("ObjectSizeLessThan", sizeBelow, 1);
  if (sizeAbove !== undefined && sizeBelow !== undefined && sizeBelow <= sizeAbove) {
    const message = "'ObjectSizeLessThan' has to be a value greater than 'ObjectSizeGreaterThan'.";
    throw s3Error("InvalidRequest", message);
  }
  return filter;
}

function inRange(name: string, size: number | undefined, min: number): void {
  if (size === undefined || (size >= min && size <= sizeMax)) return;
  throw s3Error("InvalidRequest", `'${name}' should be between ${min} and ${sizeMax}.`);
}
