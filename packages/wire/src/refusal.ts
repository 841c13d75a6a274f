import { AwsError, type ErrorName, type ErrorStyle } from "./error.ts";
import type { Fault, Malformed } from "./malformed.ts";
import type { ServiceSettings } from "./service.ts";

const nameOf: Readonly<Record<Fault, (style: ErrorStyle) => ErrorName>> = {
  serialization: (style) => style.serialization,
  argument: (style) => style.validation,
  validation: (style) => style.validation,
  "empty-body": (style) => style.emptyBody ?? style.validation,
  unsupported: (style) => style.unsupportedMember,
  unknown: (style) => style.unknownMember,
  "too-large": (style) => style.tooLarge,
};

/** What a reader or a check found wrong, in the service's own words; `operation`: of whose input it is, where one is known. */
export function refusalOf(
  { errors, faultCode }: Pick<ServiceSettings, "errors" | "faultCode">,
  wrong: Malformed,
  operation?: string,
): AwsError {
  const named = nameOf[wrong.fault](errors);
  const own = operation !== undefined && wrong.fault === "validation" ? faultCode?.(operation, wrong) : undefined;
  return new AwsError({ ...named, code: own ?? named.code, message: wording(wrong) });
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
