import { text, textOfHeader, timestamp } from "@strongroom/wire";
import type { Conditions } from "../../artifacts/index.ts";
import { s3Error } from "./s3-error.ts";

export interface CopySource {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
}

/** `bucket/key` or `/bucket/key`, percent-encoded, with `?versionId=…` behind it. */
export function readCopySource(header: string): CopySource {
  const invalid = () =>
    s3Error("InvalidArgument", "Copy Source must mention the source bucket and key: sourcebucket/sourcekey", {
      ArgumentName: "x-amz-copy-source",
      ArgumentValue: header,
    });
  const [, path = "", versionId] = /^\/?(.*?)(?:\?versionId=([^&]+))?$/s.exec(textOfHeader(header)) ?? [];
  if (path.startsWith("arn:")) throw s3Error("NotImplemented", "A copy source that is an ARN is not supported");
  const slash = path.indexOf("/");
  if (slash < 1 || slash === path.length - 1) throw invalid();
  try {
    return {
      bucket: path.slice(0, slash),
      key: decodeURIComponent(path.slice(slash + 1)),
      ...(versionId === undefined ? {} : { versionId }),
    };
  } catch {
    throw invalid();
  }
}

/** Conditions on the source of a copy. */
export const copyConditionMembers = {
  CopySourceIfMatch: text(),
  CopySourceIfNoneMatch: text(),
  CopySourceIfModifiedSince: timestamp(),
  CopySourceIfUnmodifiedSince: timestamp(),
};

export function copyConditions(input: {
  readonly CopySourceIfMatch?: string;
  readonly CopySourceIfNoneMatch?: string;
  readonly CopySourceIfModifiedSince?: Date;
  readonly CopySourceIfUnmodifiedSince?: Date;
}): Conditions {
  const { CopySourceIfMatch: ifMatch, CopySourceIfNoneMatch: ifNoneMatch } = input;
  const { CopySourceIfModifiedSince: ifModifiedSince, CopySourceIfUnmodifiedSince: ifUnmodifiedSince } = input;
  return {
    ...(ifMatch === undefined ? {} : { ifMatch }),
    ...(ifNoneMatch === undefined ? {} : { ifNoneMatch }),
    ...(ifModifiedSince === undefined ? {} : { ifModifiedSince }),
    ...(ifUnmodifiedSince === undefined ? {} : { ifUnmodifiedSince }),
  };
}
