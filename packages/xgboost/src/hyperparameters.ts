import { aliases, metrics, metricsUnsupported, rules, valuesUnsupported, type Rule } from "./hyperparameter-table.ts";

/** A checked set of hyperparameters, split by who acts on them. */
export interface Hyperparameters {
  readonly rounds: number;
  /** For the library, under its own names, sorted by name; metrics follow in the order given. */
  readonly parameters: readonly (readonly [string, string])[];
  readonly metrics: readonly string[];
  readonly earlyStoppingRounds?: number;
  readonly saveModelOnTermination: boolean;
  readonly csvWeights: boolean;
  readonly nthread?: number;
  readonly seed: number;
  readonly objective: string;
  /** Whether rows, columns or trees are drawn at random, so that the order of draws matters. */
  readonly samples: boolean;
}

export type HyperparameterReading =
  | { readonly kind: "valid"; readonly hyperparameters: Hyperparameters }
  /** Every message is a sentence that names its parameter. */
  | { readonly kind: "invalid"; readonly messages: readonly string[] };

const ours = new Set(["num_round", "early_stopping_rounds", "save_model_on_termination", "csv_weights", "eval_metric"]);
/** True of every training here: no graphics processor, sums in a fixed order. The library does not know them. */
const settled = new Set(["deterministic_histogram", "use_dask_gpu_training", "nthread"]);

/** Checks the texts of hyperparameters.json. Nothing is dropped: a name or value that is not served is refused. */
export function readHyperparameters(given: Readonly<Record<string, string>>): HyperparameterReading {
  const messages: string[] = [];
  const values = new Map<string, string>();
  for (const [written, text] of Object.entries(given)) {
    const name = aliases[written] ?? written;
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (rule === undefined) {
      messages.push(`Unknown hyperparameter ${JSON.stringify(written)}.${suggestion(written)}`);
      continue;
    }
    if (values.has(name)) messages.push(`Hyperparameter ${name} is given twice (${written} is another name of it).`);
    const value = text.trim();
    const wrong = problem(name, rule, value);
    if (wrong === undefined) values.set(name, value);
    else messages.push(`Hyperparameter ${written}=${JSON.stringify(text)} ${wrong}.`);
  }
  messages.push(...missing(values));
  return messages.length > 0 ? { kind: "invalid", messages } : { kind: "valid", hyperparameters: split(values) };
}

function missing(values: ReadonlyMap<string, string>): string[] {
  const messages: string[] = [];
  if (!values.has("num_round")) messages.push("Hyperparameter num_round is required.");
  const objective = values.get("objective") ?? "reg:squarederror";
  const multi = objective.startsWith("multi:");
  if (multi && !values.has("num_class")) messages.push(`Objective ${objective} requires hyperparameter num_class.`);
  if (!multi && values.has("num_class"))
    messages.push(`Hyperparameter num_class needs a multi: objective, not ${objective}.`);
  if (/^(rank:|survival:aft$)/.test(objective)) {
    const needs = objective === "survival:aft" ? "lower and upper bounds of every label" : "query groups";
    messages.push(`Objective ${objective} is not supported: it needs ${needs}, which the input has no place for.`);
  }
  return messages;
}

function split(values: ReadonlyMap<string, string>): Hyperparameters {
  const number = (name: string, otherwise: number): number => Number(values.get(name) ?? otherwise);
  const metricNames = (values.get("eval_metric") ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  const sampled = ["subsample", "colsample_bytree", "colsample_bylevel", "colsample_bynode"];
  const earlyStopping = values.get("early_stopping_rounds");
  const nthread = values.get("nthread");
  return {
    rounds: number("num_round", 0),
    parameters: [...values].filter(([name]) => !ours.has(name) && !settled.has(name)).sort(byName),
    metrics: metricNames,
    ...(earlyStopping === undefined ? {} : { earlyStoppingRounds: Number(earlyStopping) }),
    saveModelOnTermination: values.get("save_model_on_termination") === "true",
    csvWeights: values.get("csv_weights") === "1",
    ...(nthread === undefined ? {} : { nthread: Number(nthread) }),
    seed: number("seed", 0),
    objective: values.get("objective") ?? "reg:squarederror",
    samples: values.get("booster") === "dart" || sampled.some((name) => number(name, 1) < 1),
  };
}

function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : 1;
}

/** What is wrong with a value, to follow "Hyperparameter x=… "; undefined if nothing is. */
function problem(name: string, rule: Rule, value: string): string | undefined {
  const unsupported = valuesUnsupported[name]?.[value];
  if (unsupported !== undefined) return `is not supported: ${unsupported}`;
  switch (rule.kind) {
    case "unsupported":
      return `is not supported: ${rule.reason}`;
    case "choice":
      return rule.of.includes(value) ? undefined : `must be one of ${rule.of.join(", ")}`;
    case "pattern":
      return rule.pattern.test(value) ? undefined : `must be written like ${rule.example}`;
    case "metrics":
      return metricsProblem(value);
    case "integer":
      if (!/^[-+]?\d{1,10}$/.test(value)) return "must be an integer";
      if (Math.abs(Number(value)) >= 2 ** 31) return "is too large";
      return outside(rule, Number(value));
    case "number":
      if (!/^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(value)) return "must be a number";
      return outside(rule, Number(value));
  }
}

function outside(
  rule: { min?: number; max?: number; above?: number; below?: number },
  value: number,
): string | undefined {
  if (rule.min !== undefined && value < rule.min) return `must be at least ${rule.min}`;
  if (rule.max !== undefined && value > rule.max) return `must be at most ${rule.max}`;
  if (rule.above !== undefined && value <= rule.above) return `must be greater than ${rule.above}`;
  if (rule.below !== undefined && value >= rule.below) return `must be less than ${rule.below}`;
  return Number.isFinite(Math.fround(value)) ? undefined : "is too large";
}

function metricsProblem(value: string): string | undefined {
  const names = value.split(",").map((name) => name.trim());
  for (const name of names) {
    if (metricsUnsupported.includes(name)) return `names ${name}, which this image does not compute`;
    if (metricDirection(name) === undefined) return `names an unknown metric ${JSON.stringify(name)}`;
  }
  return undefined;
}

/** Whether more or less of a metric is better; "ndcg@5-" and "error@0.3" count as ndcg and error. */
export function metricDirection(name: string): "maximise" | "minimise" | undefined {
  const base = /^(ndcg|map|error|tweedie-nloglik)@\d+(\.\d+)?-?$/.exec(name)?.[1] ?? name;
  return Object.hasOwn(metrics, base) ? metrics[base] : undefined;
}

function suggestion(written: string): string {
  const [nearest] = [...Object.keys(rules), ...Object.keys(aliases)]
    .map((name) => ({ name, distance: editDistance(written.toLowerCase().replaceAll("-", "_"), name) }))
    .sort((a, b) => a.distance - b.distance);
  const close = nearest !== undefined && nearest.distance <= Math.max(2, written.length / 3);
  return close ? ` Did you mean ${nearest.name}?` : "";
}

/** Levenshtein's distance: insertions, deletions and replacements that turn one text into the other. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
