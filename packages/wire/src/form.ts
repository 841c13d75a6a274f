import { Malformed } from "./malformed.ts";

export type Form = readonly (readonly [string, string])[];

const PARAMETERS_MAX = 20_000;
const STEPS_MAX = 64;

/** application/x-www-form-urlencoded: pairs in order; '+' is a space. */
export function parseForm(text: string): Form {
  if (text === "") return [];
  const parts = text.split("&");
  if (parts.length > PARAMETERS_MAX) throw new Malformed("too-large", "too many parameters");
  return parts
    .filter((part) => part !== "")
    .map((part) => {
      const at = part.indexOf("=");
      const [name, value] = at < 0 ? [part, ""] : [part.slice(0, at), part.slice(at + 1)];
      return [decodePart(name), decodePart(value)] as const;
    });
}

function decodePart(text: string): string {
  return decodePercent(text.replaceAll("+", " "), "serialization");
}

/** %-escapes as UTF-8; a broken one is the client's fault, never a URIError. */
export function decodePercent(text: string, fault: "serialization" | "argument" = "argument"): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Malformed(fault, "a %-escape is broken");
  }
}

/** A form's parameters as a tree: `Tags.member.1.Key=a` is Tags → member → 1 → Key. */
export interface FormNode {
  value: string | undefined;
  readonly children: Map<string, FormNode>;
}

const newNode = (): FormNode => ({ value: undefined, children: new Map() });

/** Parameters for which `skip` is true belong to the protocol or the signature. */
export function formTree(form: Form, skip: (name: string) => boolean): FormNode {
  const root = newNode();
  for (const [name, value] of form) {
    if (skip(name)) continue;
    const steps = name.split(".");
    if (steps.length > STEPS_MAX) throw new Malformed("serialization", "nested too deeply");
    let node = root;
    for (const step of steps) {
      let next = node.children.get(step);
      if (next === undefined) node.children.set(step, (next = newNode()));
      node = next;
    }
    if (node.value !== undefined) throw new Malformed("serialization", `${name.slice(0, 64)} is given twice`);
    node.value = value;
  }
  return root;
}
