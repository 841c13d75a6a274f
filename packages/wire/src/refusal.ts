import { AwsError, type ErrorName, type ErrorStyle } from "./error.ts";
import type { Fault, Malformed } from "./malformed.ts";

const nameOf: Readonly<Record<Fault, (style: ErrorStyle) => ErrorName>> = {
  serialization: (style) => style.serialization,
  argument: (style) => style.validation,
  validation: (style) => style.validation,
  "empty-body": (style) => style.emptyBody ?? style.validation,
  unsupported: (style) => style.unsupportedMember,
  unknown: (style) => style.unknownMember,
  "too-large": (style) => style.tooLarge,
};

/** What a reader or a check found wrong, in the service's own words. */
export function refusalOf(service: { readonly errors: ErrorStyle }, wrong: Malformed): AwsError {
  return new AwsError({ ...nameOf[wrong.fault](service.errors), message: wording(wrong) });
}

function wording({ fault, path, problem, shown }: Malformed): string {
  switch (fault) {
    case "validation": {
      const at = path === "" ? "the input" : `'${path}'`;
      return `1 validation error detected: Value ${shown ?? "null"} at ${at} failed to satisfy constraint: ${problem}`;
    }
    case "empty-body":
      return "Request Body is empty";
    case "unsupported":
    case "unknown":
      return `The parameter '${path}' ${problem}.`;
    case "serialization":
    case "argument":
      return path === ""
        ? `The request cannot be read: ${problem}.`
        : `The parameter '${path}' cannot be read: ${problem}.`;
    case "too-large":
      return `The request is too large: ${problem}.`;
  }
}
