const allowed = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const ipAddress = /^\d{1,3}(\.\d{1,3}){3}$/;
const reservedStart = ["xn--", "sthree-", "amzn-s3-demo-"];
const reservedEnd = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"];

/**
 * Whether `name` may be a general purpose bucket's name: 3 to 63 of lower-case letters, digits, dots
 * and hyphens, no dot beside a dot or a hyphen, no IP address, none of the reserved affixes.
 * Source: "General purpose bucket naming rules", Amazon S3 user guide.
 */
export function isBucketName(name: string): boolean {
  if (!allowed.test(name) || ipAddress.test(name)) return false;
  if (name.includes("..") || name.includes(".-") || name.includes("-.")) return false;
  if (reservedStart.some((start) => name.startsWith(start))) return false;
  return !reservedEnd.some((end) => name.endsWith(end));
}

/** arn:aws:s3:::bucket */
export function bucketArn(bucket: string): string {
  return `arn:aws:s3:::${bucket}`;
}

/** arn:aws:s3:::bucket/key, the key as it is. */
export function objectArn(bucket: string, key: string): string {
  return `arn:aws:s3:::${bucket}/${key}`;
}

/** The bucket, and the key where there is one, that an S3 ARN names. */
export function parseS3Arn(arn: string): { bucket: string; key?: string } | undefined {
  const start = "arn:aws:s3:::";
  if (!arn.startsWith(start)) return undefined;
  const path = arn.slice(start.length);
  const slash = path.indexOf("/");
  if (slash < 0) return { bucket: path };
  return { bucket: path.slice(0, slash), key: path.slice(slash + 1) };
}
