import { aboveAllKeys, afterPrefix } from "../objects/key-order.ts";
import type { LifecycleRule } from "./lifecycle-rule.ts";

/** Keys from `start` up to before `end`. */
export interface KeyRange {
  readonly start: Uint8Array;
  readonly end: Uint8Array;
}

/** The ranges of keys, in their order and apart from each other, that rules with a certain action are about. */
export function rangesOf(rules: readonly LifecycleRule[], acts: (rule: LifecycleRule) => boolean): KeyRange[] {
  const prefixes = rules.flatMap((rule) =>
    rule.isEnabled && acts(rule) ? [Buffer.from(rule.filter.prefix ?? "")] : [],
  );
  prefixes.sort((one, other) => one.compare(other));
  const apart: Buffer[] = [];
  for (const prefix of prefixes) {
    const before = apart.at(-1);
    if (before === undefined || !prefix.subarray(0, before.length).equals(before)) apart.push(prefix);
  }
  return apart.map((start) => ({ start, end: afterPrefix(start) ?? aboveAllKeys }));
}

/** What is left of the ranges from `key` on. */
export function rangesFrom(ranges: readonly KeyRange[], key: Uint8Array): KeyRange[] {
  return ranges.flatMap((range) => {
    if (Buffer.compare(range.end, key) <= 0) return [];
    return [Buffer.compare(range.start, key) < 0 ? { ...range, start: key } : range];
  });
}
