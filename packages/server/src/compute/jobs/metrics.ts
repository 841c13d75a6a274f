import { createContext, Script } from "node:vm";

import { escapeControls } from "../logs/index.ts";
import type { MetricValue } from "./job.ts";
import type { MetricDefinition } from "./request.ts";

/** Collects a job's metrics from its lines. */
export interface MetricReader {
  line(text: string, now: number): void;
  values(): MetricValue[];
}

type Finder = (line: string) => Iterable<readonly [name: string, value: number]>;

const lineCharactersMax = 4096;

/** Whether an expression of a metric definition can be compiled. */
export function isExpression(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}

const matchTimeoutMs = 50;
const matching = new Script("expression.exec(line)?.[1]");

/**
 * Metrics named by expressions, each with one group. An expression is the user's: one that runs away is
 * cut off and not asked again, since everybody's requests wait meanwhile.
 */
function definedFinder(definitions: readonly MetricDefinition[]): Finder {
  const expressions = new Map(
    definitions.filter(({ Regex }) => isExpression(Regex)).map(({ Name, Regex }) => [Name, new RegExp(Regex)]),
  );
  return function* (line) {
    for (const [name, expression] of expressions) {
      try {
        const found: unknown = matching.runInContext(createContext({ expression, line }), { timeout: matchTimeoutMs });
        const value = typeof found === "string" ? Number(found) : Number.NaN;
        if (Number.isFinite(value)) yield [name, value];
      } catch {
        expressions.delete(name);
      }
    }
  };
}

/** The managed XGBoost image's lines: `[12]#011train-auc:0.91#011validation-auc:0.88`. */
function* managedFinder(line: string): Generator<readonly [string, number]> {
  if (!/^.*\[[0-9]+\]/.test(line)) return;
  for (const [, channel, metric, text] of line.matchAll(/#011(train|validation)-([A-Za-z0-9@.-]+):(\S+?)(?=#011|$)/g)) {
    const value = Number(text);
    if (channel !== undefined && metric !== undefined && Number.isFinite(value)) yield [`${channel}:${metric}`, value];
  }
}

/**
 * Reads metrics off the lines as CloudWatch shows them (control characters escaped): by the request's
 * definitions, and for the managed image by its own, which need not be given.
 */
export function metricReader(definitions: readonly MetricDefinition[], isManagedImage: boolean): MetricReader {
  const finders = [definedFinder(definitions), ...(isManagedImage ? [managedFinder] : [])];
  const values = new Map<string, MetricValue>();
  return {
    line(text, now) {
      if (text.length > lineCharactersMax) return;
      const shown = escapeControls(text);
      const seen = new Set<string>();
      for (const find of finders) {
        for (const [name, value] of find(shown)) {
          if (seen.has(name)) continue;
          seen.add(name);
          values.set(name, added(values.get(name), name, value, now));
        }
      }
    },
    values: () => [...values.values()],
  };
}

function added(before: MetricValue | undefined, name: string, value: number, timestamp: number): MetricValue {
  return {
    name,
    value,
    timestamp,
    count: (before?.count ?? 0) + 1,
    min: Math.min(before?.min ?? value, value),
    max: Math.max(before?.max ?? value, value),
    sum: (before?.sum ?? 0) + value,
    sumOfSquares: (before?.sumOfSquares ?? 0) + value * value,
  };
}
