import { isHeaderName, isHeaderValue } from "@strongroom/wire";
import type { ContentHeaders, Description } from "../../artifacts/index.ts";
import { s3Error } from "./s3-error.ts";

const names: readonly (readonly [keyof ContentHeaders, string])[] = [
  ["cacheControl", "cache-control"],
  ["contentDisposition", "content-disposition"],
  ["contentEncoding", "content-encoding"],
  ["contentLanguage", "content-language"],
  ["contentType", "content-type"],
];

/** What is stored to be sent back with an object: a header that could not be sent would make the object unreadable. */
export function refuseUnsendable({ headers, metadata }: Pick<Description, "headers" | "metadata">): void {
  for (const [name, header] of names) refuseHeader(header, headers[name] ?? "");
  for (const [name, value] of Object.entries(metadata)) refuseHeader(`x-amz-meta-${name}`, value);
}

function refuseHeader(name: string, value: string): void {
  if (!isHeaderName(name)) {
    throw s3Error("InvalidArgument", "The name of a metadata header holds characters that a header's name cannot.", {
      ArgumentName: encodeURIComponent(name),
    });
  }
  if (isHeaderValue(value)) return;
  throw s3Error("InvalidArgument", `The value of ${name} holds characters that a header cannot carry.`, {
    ArgumentName: name,
  });
}

/** The headers that a read may ask to have in place of the stored ones, by their parameters. */
export function refuseUnsendableOverrides(overrides: Readonly<Record<string, string | undefined>>): void {
  for (const [ArgumentName, value] of Object.entries(overrides)) {
    if (value === undefined || isHeaderValue(value)) continue;
    throw s3Error("InvalidArgument", "Header value cannot be represented using ISO-8859-1.", { ArgumentName });
  }
}
