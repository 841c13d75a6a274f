/**
 * An input template: JSON in which `<name>` stands for a value of the event. A name outside of quotes is
 * replaced by the value as JSON; inside of quotes by its text, escaped. ② So no value of an event can
 * end a string or add a member.
 */
export interface InputTemplate {
  readonly parts: readonly (string | Placeholder)[];
}

interface Placeholder {
  readonly name: string;
  readonly isInText: boolean;
}

/** Names that every template may use. */
const predefinedNames: readonly string[] = [
  "aws.events.rule-arn",
  "aws.events.rule-name",
  "aws.events.event.ingestion-time",
  "aws.events.event",
  "aws.events.event.json",
];

const placeholderForm = /<([A-Za-z0-9_.-]+)>/y;

/** Reads a template whose names are `names` and the predefined ones. */
export function readTemplate(text: string, names: readonly string[]): InputTemplate | { readonly fault: string } {
  const parts: (string | Placeholder)[] = [];
  let isInText = false;
  let plain = "";
  for (let i = 0; i < text.length; i += 1) {
    const character = text.charAt(i);
    placeholderForm.lastIndex = i;
    const name = placeholderForm.exec(text)?.[1];
    if (name !== undefined) {
      if (!names.includes(name) && !predefinedNames.includes(name))
        return { fault: `<${name}> is not in InputPathsMap` };
      parts.push(plain, { name, isInText });
      plain = "";
      i += name.length + 1;
      continue;
    }
    if (character === '"') isInText = !isInText;
    plain += character;
    if (isInText && character === "\\") {
      i += 1;
      plain += text.charAt(i);
    }
  }
  const template = { parts: [...parts, plain] };
  const fault = templateFault(template);
  return fault === undefined ? template : { fault };
}

/** The JSON text that the template stands for with these values. */
export function fillTemplate({ parts }: InputTemplate, valueOf: (name: string) => unknown): string {
  return parts
    .map((part) => {
      if (typeof part === "string") return part;
      const value = valueOf(part.name);
      const json = JSON.stringify(value);
      if (!part.isInText) return json;
      return (typeof value === "string" ? json : JSON.stringify(json)).slice(1, -1);
    })
    .join("");
}

/** Filled with anything at all it has to be a JSON object, whose names are its own. */
function templateFault(template: InputTemplate): string | undefined {
  const mark = "\uf8ff";
  let sample: unknown;
  try {
    sample = JSON.parse(fillTemplate(template, () => mark));
  } catch {
    return "it is not JSON";
  }
  if (typeof sample !== "object" || sample === null || Array.isArray(sample)) return "it is not a JSON object";
  return hasMarkedName(sample, mark) ? "a name of an object cannot be taken from the event" : undefined;
}

function hasMarkedName(value: unknown, mark: string): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([name, inner]) => name.includes(mark) || hasMarkedName(inner, mark));
}
