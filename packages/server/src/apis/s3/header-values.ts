import { isHeaderName, isHeaderValue } from "@strongroom/wire";
import { s3Error } from "./s3-error.ts";

/** What is stored to be sent back with an object: a header that could not be sent would make the object unreadable. */
export function refuseUnsendable(header: string, value: string): void {
  if (!isHeaderName(header)) {
    throw s3Error("InvalidArgument", "The name of a metadata header holds characters that a header's name cannot.", {
      ArgumentName: encodeURIComponent(header),
    });
  }
  if (isHeaderValue(value)) return;
  throw s3Error("InvalidArgument", `The value of ${header} holds control characters.`, { ArgumentName: header });
}

/** The headers that a read may ask to have in place of the stored ones, by their parameters. */
export function refuseUnsendableOverrides(overrides: Readonly<Record<string, string | undefined>>): void {
  for (const [ArgumentName, value] of Object.entries(overrides)) {
    if (value === undefined || isHeaderValue(value)) continue;
    throw s3Error("InvalidArgument", "Header value cannot be represented using ISO-8859-1.", { ArgumentName });
  }
}
