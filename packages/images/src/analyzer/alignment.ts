import { inferType, countTypes } from "@strongroom/stats";
import type { Baseline, BaselineFeature } from "./baseline.ts";
import type { CapturedRows } from "./capture.ts";
import { namesFor, type Table, tableOf } from "./table.ts";
import type { Violation } from "./violations.ts";

/** A data set with the names of its baseline. */
export interface Aligned {
  readonly table: Table;
  /** The baseline's features to check, each with its column of the table. */
  readonly pairs: readonly (readonly [feature: BaselineFeature, column: readonly string[]])[];
  readonly violations: readonly Violation[];
  /** What was left out and why, for the log. */
  readonly remarks: readonly string[];
}

/**
 * Names the columns of captured traffic, which has no header, by the order of the baseline's.
 *
 * - As many input columns as the baseline has: those are the baseline's. The output has nothing to be compared with.
 * - As many as input and output together: the output comes first, where a training table has its label.
 *   A score is no label: where the baseline's column is Integral and the captured one is not, it is described, not checked.
 * - Otherwise columns are missing or extra, and no name can be trusted.
 */
export function alignCapture(captured: CapturedRows, baseline: Baseline): Aligned {
  const width = (rows: readonly (readonly string[])[]): number => rows[0]?.length ?? 0;
  const [inputs, outputs] = [width(captured.inputs), width(captured.outputs)];
  const names = baseline.features.map(({ name }) => name);
  if (inputs === names.length && outputs > 0) {
    const remark = "the baseline describes the input alone; endpointOutput is not analysed";
    return paired(tableOf(captured.inputs, names), baseline, [remark]);
  }
  const rows =
    outputs === 0
      ? captured.inputs
      : inputs === 0
        ? captured.outputs
        : captured.inputs.map((row, index) => [...(captured.outputs[index] ?? []), ...row]);
  if (inputs + outputs !== names.length) return misfit(rows, inputs + outputs, names.length);
  const aligned = paired(tableOf(rows, names), baseline, []);
  const isScore = ([feature, column]: readonly [BaselineFeature, readonly string[]]): boolean =>
    names.indexOf(feature.name) < outputs &&
    feature.type === "Integral" &&
    inferType(countTypes(column)) === "Fractional";
  const remarks = aligned.pairs
    .filter(isScore)
    .map(([{ name }]) => `${name} is a label in the baseline and a score in the traffic; it is described, not checked`);
  return { ...aligned, pairs: aligned.pairs.filter((pair) => !isScore(pair)), remarks };
}

/** A table with a header is matched by name, one without by position. */
export function alignTable(table: Table, hasHeader: boolean, baseline: Baseline): Aligned {
  const names = baseline.features.map(({ name }) => name);
  if (!hasHeader) {
    if (table.names.length !== names.length) return { ...misfit([], table.names.length, names.length), table };
    return paired({ ...table, names }, baseline, []);
  }
  const [expected, given] = [new Set(names), new Set(table.names)];
  const missing = names.filter((name) => !given.has(name)).map((name) => violation(name, "missing_column_check"));
  const extra = table.names.filter((name) => !expected.has(name)).map((name) => violation(name, "extra_column_check"));
  return { ...paired(table, baseline, []), violations: [...missing, ...extra] };
}

function paired(table: Table, baseline: Baseline, remarks: readonly string[]): Aligned {
  const pairs = baseline.features.flatMap((feature) => {
    const column = table.columns[table.names.indexOf(feature.name)];
    return column === undefined ? [] : [[feature, column] as const];
  });
  return { table, pairs, violations: [], remarks };
}

function misfit(rows: readonly (readonly string[])[], found: number, expected: number): Aligned {
  const check = found < expected ? "missing_column_check" : "extra_column_check";
  const description =
    `There are ${found < expected ? "missing" : "extra"} columns in the current dataset. Number of columns in the ` +
    `current dataset: ${found}, number of columns in the baseline constraints: ${expected}`;
  const name = found < expected ? "Missing columns" : "Extra columns";
  const violations = [{ feature_name: name, constraint_check_type: check, description } as const];
  return { table: tableOf(rows, namesFor(found)), pairs: [], violations, remarks: [] };
}

function violation(name: string, check: "missing_column_check" | "extra_column_check"): Violation {
  const description =
    check === "missing_column_check"
      ? `The column ${name} of the baseline constraints is missing in the current dataset.`
      : `The column ${name} of the current dataset is not in the baseline constraints.`;
  return { feature_name: name, constraint_check_type: check, description };
}
