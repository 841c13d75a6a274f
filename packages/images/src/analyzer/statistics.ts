import {
  type ColumnType,
  countTypes,
  type Counts,
  equalWidthHistogram,
  inferType,
  KllSketch,
  kllDefaults,
  momentsOf,
  readNumber,
  sampleOfLevels,
  type WeightedSample,
} from "@strongroom/stats";
import { double, type Json } from "./java-json.ts";
import type { Table } from "./table.ts";

/** What is known of one column of a data set. */
export interface ColumnStatistics {
  readonly name: string;
  readonly type: ColumnType;
  readonly present: number;
  readonly missing: number;
  /** Of a numeric column with values. */
  readonly sample?: WeightedSample;
  readonly min?: number;
  /** Of a column of texts; absent where there were more values than a report keeps. */
  readonly counts?: Counts;
  /** The column's entry of statistics.json. */
  readonly report: Json;
}

/** More different texts than this are not listed one by one. */
const categoriesMax = 1000;

/** Describes every column in the shape of Model Monitor's statistics.json. */
export function describe(table: Table): readonly ColumnStatistics[] {
  return table.names.map((name, index) => describeColumn(name, table.columns[index] ?? []));
}

export function statisticsFile(columns: readonly ColumnStatistics[], rows: number): Json {
  return { version: double(0), dataset: { item_count: rows }, features: columns.map(({ report }) => report) };
}

function describeColumn(name: string, texts: readonly string[]): ColumnStatistics {
  const types = countTypes(texts);
  const type = inferType(types);
  const common = { num_present: texts.length - types.missing, num_missing: types.missing };
  const shared = { name, type, present: common.num_present, missing: common.num_missing };
  const values = texts.filter((text) => text !== "");
  switch (type) {
    case "Integral":
    case "Fractional":
      return { ...shared, ...describeNumbers(name, type, common, Float64Array.from(values, readNumber)) };
    case "String":
      return { ...shared, ...describeTexts(name, common, values) };
    case "Unknown":
      return { ...shared, report: { name, inferred_type: type } };
  }
}

function describeNumbers(name: string, type: ColumnType, common: Json, values: Float64Array) {
  const moments = momentsOf(values);
  const sketch = new KllSketch();
  for (const value of values) sketch.add(value);
  const report: Json = {
    name,
    inferred_type: type,
    numerical_statistics: {
      common,
      mean: double(moments?.mean ?? NaN),
      sum: double(moments?.sum ?? NaN),
      std_dev: double(moments?.standardDeviation ?? NaN),
      min: double(moments?.min ?? NaN),
      max: double(moments?.max ?? NaN),
      distribution: {
        kll: {
          buckets: equalWidthHistogram(values).map(({ lowerBound, upperBound, count }) => ({
            lower_bound: double(lowerBound),
            upper_bound: double(upperBound),
            count: double(count),
          })),
          sketch: {
            parameters: { c: double(kllDefaults.c), k: double(kllDefaults.k) },
            data: sketch.levels.map((level) => level.map(double)),
          },
        },
      },
    },
  };
  return { sample: sampleOfLevels(sketch.levels), min: moments?.min ?? NaN, report };
}

function describeTexts(name: string, common: Json, values: readonly string[]) {
  const counts = countValues(values);
  const listed = counts.size <= categoriesMax ? [...counts].sort(([a], [b]) => (a < b ? -1 : 1)) : [];
  const report: Json = {
    name,
    inferred_type: "String",
    string_statistics: {
      common,
      distinct_count: double(counts.size),
      ...(listed.length === 0
        ? {}
        : { distribution: { categorical: { buckets: listed.map(([value, count]) => ({ value, count })) } } }),
    },
  };
  return listed.length === 0 ? { report } : { counts, report };
}

export function countValues(values: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
