import type { Parent, TrialComponent } from "../../../reproduction/index.ts";
import { validationError } from "../sagemaker-error.ts";

export interface Filter {
  readonly Name: string;
  readonly Operator?: string;
  readonly Value?: string;
}

/** A component with the trials that hold it. */
export interface Found {
  readonly component: TrialComponent;
  readonly parents: readonly Parent[];
}

type Values = (found: Found) => readonly (string | number)[];

const named: Readonly<Record<string, Values>> = {
  TrialComponentName: ({ component }) => [component.name],
  TrialComponentArn: ({ component }) => [component.arn],
  DisplayName: ({ component }) => [component.displayName],
  CreationTime: ({ component }) => [component.createdAt],
  LastModifiedTime: ({ component }) => [component.modifiedAt],
  "Status.PrimaryStatus": ({ component }) => (component.status === undefined ? [] : [component.status.PrimaryStatus]),
  "Source.SourceArn": ({ component }) => (component.source === undefined ? [] : [component.source.arn]),
  "Source.SourceType": ({ component }) => (component.source === undefined ? [] : [component.source.type]),
  "Parents.TrialName": ({ parents }) => parents.map((parent) => parent.trialName),
  "Parents.ExperimentName": ({ parents }) => parents.map((parent) => parent.experimentName),
};

const metricParts: Readonly<Record<string, (metric: TrialComponent["metrics"][number]) => number>> = {
  Min: (metric) => metric.min,
  Max: (metric) => metric.max,
  Avg: (metric) => metric.avg,
  StdDev: (metric) => metric.stdDev,
  Last: (metric) => metric.last,
  Count: (metric) => metric.count,
};

/** The values of a property by its name in a search; the name is refused where it is none. */
function valuesOf(name: string): Values {
  const known = named[name];
  if (known !== undefined) return known;
  const parameter = /^[Pp]arameters\.(.+)$/.exec(name)?.[1];
  if (parameter !== undefined) return ({ component }) => parameterOf(component, parameter);
  const metric = /^[Mm]etrics\.(.+)\.([A-Za-z]+)$/.exec(name);
  const part = Object.entries(metricParts).find(([key]) => key.toLowerCase() === metric?.[2]?.toLowerCase())?.[1];
  if (part === undefined) throw validationError(`The property ${name} is not supported in a search.`);
  return ({ component }) => component.metrics.filter((one) => one.name === metric?.[1]).map(part);
}

function parameterOf(component: TrialComponent, name: string): (string | number)[] {
  const value = component.parameters[name];
  if (value === undefined) return [];
  return ["NumberValue" in value ? value.NumberValue : value.StringValue];
}

/** Whether a component passes a filter. */
export function filterOf({ Name, Operator = "Equals", Value = "" }: Filter): (found: Found) => boolean {
  const values = valuesOf(Name);
  const ask = operators[Operator];
  if (ask === undefined) throw validationError(`The operator ${Operator} is not supported in a search.`);
  return (found) => ask(values(found), Value);
}

type Question = (values: readonly (string | number)[], asked: string) => boolean;

const operators: Readonly<Record<string, Question>> = {
  Equals: (values, asked) =>
    values.some((value) => String(value) === asked || isNumber(value, asked, (a, b) => a === b)),
  NotEquals: (values, asked) => !values.some((value) => String(value) === asked),
  Contains: (values, asked) => values.some((value) => String(value).includes(asked)),
  Exists: (values) => values.length > 0,
  NotExists: (values) => values.length === 0,
  In: (values, asked) => values.some((value) => asked.split(",").includes(String(value))),
  GreaterThan: (values, asked) => values.some((value) => isNumber(value, asked, (a, b) => a > b)),
  GreaterThanOrEqualTo: (values, asked) => values.some((value) => isNumber(value, asked, (a, b) => a >= b)),
  LessThan: (values, asked) => values.some((value) => isNumber(value, asked, (a, b) => a < b)),
  LessThanOrEqualTo: (values, asked) => values.some((value) => isNumber(value, asked, (a, b) => a <= b)),
};

function isNumber(value: string | number, asked: string, compare: (a: number, b: number) => boolean): boolean {
  return typeof value === "number" && asked !== "" && compare(value, Number(asked));
}

/** Components without the property come last, whatever the order. */
export function byProperty(name: string, ascending: boolean): (a: Found, b: Found) => number {
  const values = valuesOf(name);
  const sign = ascending ? 1 : -1;
  return (a, b) => {
    const [left, right] = [values(a)[0], values(b)[0]];
    if (left === undefined || right === undefined) return Number(left === undefined) - Number(right === undefined);
    if (left === right) return 0;
    return left < right ? -sign : sign;
  };
}
