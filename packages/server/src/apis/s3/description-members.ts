import { given, oneOf, text, timestamp } from "@strongroom/wire";
import type { ContentHeaders, Description, Tags } from "../../artifacts/index.ts";
import { refuseUnsendable } from "./header-values.ts";
import { lockNamed } from "./object-lock.ts";
import type { LockInput } from "./object-lock.ts";
import { s3Error } from "./s3-error.ts";
import { readTagHeader } from "./tags.ts";

const metadataBytesMax = 2048;

/** What a write may say about an object beside its bytes. */
export const descriptionMembers = {
  CacheControl: text(),
  ContentDisposition: text(),
  ContentEncoding: text(),
  ContentLanguage: text(),
  ContentType: text(),
  Expires: timestamp(),
  // Bounded below, in bytes.
  Metadata: given,
  StorageClass: oneOf("STANDARD"),
  Tagging: text(),
};

export interface DescriptionInput extends LockInput {
  readonly CacheControl?: string;
  readonly ContentDisposition?: string;
  readonly ContentEncoding?: string;
  readonly ContentLanguage?: string;
  readonly ContentType?: string;
  readonly Expires?: Date;
  readonly Metadata?: Readonly<Record<string, string>>;
  readonly Tagging?: string;
}

export function describe(input: DescriptionInput, now: Date): Description {
  const metadata = input.Metadata ?? {};
  let metadataBytes = 0;
  for (const [name, value] of Object.entries(metadata)) {
    // One character a byte, as headers are handed over.
    metadataBytes += name.length + value.length;
  }
  if (metadataBytes > metadataBytesMax) {
    throw s3Error("MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size");
  }
  const headers = contentHeaders(input);
  refuseUnsendable({ headers, metadata });
  const tags: Tags | undefined = input.Tagging === undefined ? undefined : readTagHeader(input.Tagging);
  const lock = lockNamed(input, now);
  return {
    headers,
    metadata,
    ...(tags === undefined ? {} : { tags }),
    ...(lock === undefined ? {} : { lock }),
  };
}

function contentHeaders(input: DescriptionInput): ContentHeaders {
  const headers: [keyof ContentHeaders, string | undefined][] = [
    ["cacheControl", input.CacheControl],
    ["contentDisposition", input.ContentDisposition],
    ["contentEncoding", input.ContentEncoding],
    ["contentLanguage", input.ContentLanguage],
    ["contentType", input.ContentType],
    ["expires", input.Expires?.toISOString()],
  ];
  return Object.fromEntries(headers.filter(([, value]) => value !== undefined));
}

/** What S3 gives back where no content type was sent. */
const defaultContentType = "binary/octet-stream";

export function descriptionAnswer({ headers, metadata, tags = {} }: Description) {
  const tagCount = Object.keys(tags).length;
  return {
    CacheControl: headers.cacheControl,
    ContentDisposition: headers.contentDisposition,
    ContentEncoding: headers.contentEncoding,
    ContentLanguage: headers.contentLanguage,
    ContentType: headers.contentType ?? defaultContentType,
    Expires: headers.expires === undefined ? undefined : new Date(headers.expires),
    Metadata: metadata,
    TagCount: tagCount === 0 ? undefined : tagCount,
  };
}
