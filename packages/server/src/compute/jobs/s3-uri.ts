export interface S3Location {
  readonly bucket: string;
  /** A key, or the prefix of keys; without a slash in front. */
  readonly key: string;
}

/** `s3://bucket/key`; undefined for anything else. */
export function readS3Uri(uri: string): S3Location | undefined {
  const match = /^s3:\/\/([^/]+)(?:\/(.*))?$/s.exec(uri);
  return match?.[1] === undefined ? undefined : { bucket: match[1], key: match[2] ?? "" };
}

/**
 * Where an object that a prefix found goes below its folder: relative to the prefix if that is a folder or
 * the object itself, else relative to the folder in which the prefix begins. Undefined for a folder marker
 * (a key that ends with a slash), which has no content.
 */
export function localNameOf(prefix: string, key: string): string | undefined {
  if (key.endsWith("/")) return undefined;
  const rest = key.slice(prefix.length);
  if (prefix === "" || prefix.endsWith("/")) return rest;
  if (rest.startsWith("/")) return rest.slice(1);
  return prefix.slice(prefix.lastIndexOf("/") + 1) + rest;
}

/** Whether a relative name stays below the folder that it is joined to. */
export function staysBelow(name: string): boolean {
  const parts = name.split("/");
  return name !== "" && !name.includes("\u0000") && parts.every((part) => part !== "" && part !== "." && part !== "..");
}

/** A name below an S3 URI, whether or not that ends with a slash. */
export function below(s3Uri: string, ...parts: string[]): string {
  return [s3Uri.replace(/\/+$/, ""), ...parts].join("/");
}
