import { s3Error } from "./s3-error.ts";

/** The pair that every object has, and that nobody else may set. */
const ownName = "aws:s3:arn";
const header = "x-amz-server-side-encryption-context";
const base64Form = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const textBytesMax = 8192;

/** The pairs that a write adds to the encryption context: a JSON object of strings, in UTF-8 and base64. */
export function encryptionContextOf(value: string): Readonly<Record<string, string>> {
  const pairs = pairsIn(value);
  if (pairs === undefined) {
    throw s3Error(
      "InvalidArgument",
      `The header '${header}' shall be Base64-encoded UTF-8 string holding JSON which represents a string-string map`,
      { ArgumentName: header },
    );
  }
  // ④ the object's own pair binds its data key to it, and conditions on keys trust it.
  if (pairs.some(([name]) => name.toLowerCase() === ownName)) {
    throw s3Error("InvalidArgument", `The header '${header}' cannot set ${ownName}`, { ArgumentName: header });
  }
  return Object.fromEntries(pairs);
}

function pairsIn(value: string): [string, string][] | undefined {
  if (value.length > (textBytesMax * 4) / 3 || !base64Form.test(value)) return undefined;
  try {
    const json = new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(value, "base64"));
    const parsed: unknown = JSON.parse(json);
    if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return undefined;
    const pairs: [string, unknown][] = Object.entries(parsed);
    return pairs.every((pair): pair is [string, string] => typeof pair[1] === "string") ? pairs : undefined;
  } catch {
    return undefined;
  }
}

export function contextAnswer(context: Readonly<Record<string, string>> | undefined) {
  if (context === undefined) return {};
  return { SSEKMSEncryptionContext: Buffer.from(JSON.stringify(context)).toString("base64") };
}
