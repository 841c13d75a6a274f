import type { BusEvent } from "./bus-event.ts";
import { readInputPath, valueAt } from "./input-path.ts";
import { fillTemplate, readTemplate } from "./input-template.ts";
import type { Rule, Target } from "./rule.ts";

/** Why a target's input cannot be taken; undefined where it can. */
export function inputFault({ id, input, inputPath, inputTransformer }: Target): string | undefined {
  const given = [input, inputPath, inputTransformer].filter((one) => one !== undefined).length;
  if (given !== 1) return `Target ${id} must have exactly one of Input, InputPath and InputTransformer.`;
  if (input !== undefined && objectOf(input) === undefined) return `Input for target ${id} is not a JSON object.`;
  if (inputPath !== undefined && readInputPath(inputPath) === undefined) {
    return `InputPath for target ${id} is not a path such as $.detail.requestParameters; wildcards are not supported.`;
  }
  if (inputTransformer === undefined) return undefined;
  const { paths, template } = inputTransformer;
  const wrong = Object.entries(paths).find(([, path]) => readInputPath(path) === undefined);
  if (wrong !== undefined) {
    return `InputPathsMap for target ${id}: ${wrong[0]} is not a path such as $.detail.eventName; wildcards are not supported.`;
  }
  const reserved = Object.keys(paths).find((name) => /^aws\./i.test(name));
  if (reserved !== undefined) return `InputPathsMap for target ${id}: names cannot start with AWS.`;
  const read = readTemplate(template, Object.keys(paths));
  return "fault" in read ? `InputTemplate for target ${id} is not valid: ${read.fault}.` : undefined;
}

/** What the target's call is given for this event, or why there is nothing to give. */
export function inputFor(
  target: Target,
  rule: Pick<Rule, "name" | "arn">,
  event: BusEvent,
): object | { readonly fault: string } {
  const { input, inputPath, inputTransformer } = target;
  if (input !== undefined) return objectOf(input) ?? { fault: "the target's Input is not a JSON object" };
  if (inputPath !== undefined) {
    const value = valueAt(event, readInputPath(inputPath) ?? []);
    return typeof value === "object" && value !== null ? value : { fault: `the event has no object at ${inputPath}` };
  }
  const { paths = {}, template = "" } = inputTransformer ?? {};
  const read = readTemplate(template, Object.keys(paths));
  if ("fault" in read) return { fault: read.fault };
  const missing: string[] = [];
  const text = fillTemplate(read, (name) => {
    const value = Object.hasOwn(paths, name)
      ? valueAt(event, readInputPath(paths[name] ?? "") ?? [])
      : predefined(name, rule, event);
    if (value === undefined) missing.push(paths[name] ?? name);
    return value ?? null;
  });
  if (missing.length > 0) return { fault: `the event has nothing at ${missing.join(", ")}` };
  return objectOf(text) ?? { fault: "the filled template is not a JSON object" };
}

function predefined(name: string, rule: Pick<Rule, "name" | "arn">, event: BusEvent): unknown {
  switch (name) {
    case "aws.events.rule-arn":
      return rule.arn;
    case "aws.events.rule-name":
      return rule.name;
    case "aws.events.event.ingestion-time":
      return event.time;
    case "aws.events.event.json":
      return event;
    case "aws.events.event":
      return Object.fromEntries(Object.entries(event).filter(([member]) => member !== "detail"));
    default:
      return undefined;
  }
}

function objectOf(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
