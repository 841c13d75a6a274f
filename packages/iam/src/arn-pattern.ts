import { matchesGlob } from "./glob.ts";
import type { ContextLookup } from "./request.ts";
import { matchesCodes, readTemplate, splitTemplate, type Template } from "./template.ts";

/**
 * An ARN with wildcards. Each of the six parts is matched on its own, so no wildcard reaches over a
 * colon; the sixth part is all that follows the fifth colon.
 */
export interface ArnPattern {
  /** As the policy writes it. */
  readonly text: string;
  /** Undefined where a policy variable has no value in this request. */
  matches(arn: string, context: ContextLookup): boolean | undefined;
}

const parts = 6;
const colon = 58;

/** The six parts of an ARN, or undefined where the text is not one. */
export function splitArn(text: string): readonly string[] | undefined {
  if (!text.startsWith("arn:")) return undefined;
  const pieces = text.split(":");
  if (pieces.length < parts) return undefined;
  if (pieces.length > parts) pieces.push(pieces.splice(parts - 1).join(":"));
  return pieces;
}

/** Reads a pattern; the answer is a message where the text can never be an ARN. */
export function readArnPattern(text: string, variables: boolean): ArnPattern | string {
  if (!variables || !text.includes("${")) {
    return text.startsWith("arn:") && text.split(":", parts).length === parts
      ? new PlainPattern(text)
      : `"${text}" is not an ARN`;
  }
  const pieces = splitTemplate(text);
  if (pieces.length < parts) {
    const whole = readTemplate(text, { variables, wildcards: true });
    if (typeof whole === "string") return whole;
    return whole.hasVariables ? new WholePattern(text, whole) : `"${text}" is not an ARN`;
  }
  if (pieces[0] !== "arn") return `"${text}" is not an ARN`;
  pieces.push(pieces.splice(parts - 1).join(":"));
  const templates: Template[] = [];
  for (const piece of pieces) {
    const template = readTemplate(piece, { variables, wildcards: true });
    if (typeof template === "string") return template;
    templates.push(template);
  }
  return new PartsPattern(text, templates);
}

/** A pattern without variables: matched where it stands, so that it takes no memory beside its text. */
class PlainPattern implements ArnPattern {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  matches(arn: string): boolean {
    const { text } = this;
    let from = 0;
    let arnFrom = 0;
    for (let part = 1; part < parts; part += 1) {
      const to = text.indexOf(":", from);
      const arnTo = arn.indexOf(":", arnFrom);
      if (arnTo < 0 || !matchesGlob(text, arn, from, to, arnFrom, arnTo)) return false;
      from = to + 1;
      arnFrom = arnTo + 1;
    }
    return matchesGlob(text, arn, from, text.length, arnFrom, arn.length);
  }
}

class PartsPattern implements ArnPattern {
  readonly text: string;
  readonly #templates: readonly Template[];

  constructor(text: string, templates: readonly Template[]) {
    this.text = text;
    this.#templates = templates;
  }

  matches(arn: string, context: ContextLookup): boolean | undefined {
    const pieces = splitArn(arn);
    if (pieces === undefined) return false;
    let unresolved = false;
    for (let at = 0; at < parts; at += 1) {
      const held = this.#templates[at]?.matches(pieces[at] ?? "", context);
      if (held === false) return false;
      if (held === undefined) unresolved = true;
    }
    return unresolved ? undefined : true;
  }
}

/** A pattern whose colons come out of a variable, such as `${aws:PrincipalArn}`. */
class WholePattern implements ArnPattern {
  readonly text: string;
  readonly #template: Template;

  constructor(text: string, template: Template) {
    this.text = text;
    this.#template = template;
  }

  matches(arn: string, context: ContextLookup): boolean | undefined {
    const codes = this.#template.codes(context);
    if (codes === undefined) return undefined;
    const pieces = splitArn(arn);
    if (pieces === undefined) return false;
    let rest = codes;
    for (let at = 0; at < parts - 1; at += 1) {
      const end = rest.indexOf(colon);
      if (end < 0 || !matchesCodes(rest.slice(0, end), pieces[at] ?? "")) return false;
      rest = rest.slice(end + 1);
    }
    return matchesCodes(rest, pieces[parts - 1] ?? "");
  }
}
