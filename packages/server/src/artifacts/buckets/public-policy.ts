type Values = string | readonly string[];
interface Statement {
  readonly Effect: string;
  readonly Principal?: string | Readonly<Record<string, Values>>;
  readonly NotPrincipal?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, Values>>>>;
}

/** Operators that demand a value to be there and to be one of those named. */
const positiveOperator = /^(ForAnyValue:)?(StringEquals|StringEqualsIgnoreCase|StringLike|Arn(Equals|Like)|IpAddress)$/;

/** Keys whose fixed values say who asks, or from where; in lower case. */
const narrowingKeys = new Set([
  "aws:principalarn",
  "aws:principalaccount",
  "aws:principalorgid",
  "aws:principalorgpaths",
  "aws:sourcearn",
  "aws:sourceaccount",
  "aws:sourceip",
  "aws:sourceowner",
  "aws:sourceorgid",
  "aws:sourcevpc",
  "aws:sourcevpce",
  "aws:userid",
  "s3:dataaccesspointaccount",
  "s3:dataaccesspointarn",
  "s3:x-amz-server-side-encryption-aws-kms-key-id",
]);

/**
 * Whether a bucket policy, which was checked, grants something to everybody: an Allow whose principal is not
 * fixed and that no condition holds to fixed values of a key that says who asks. What is not understood
 * counts as public.
 * Source: "The meaning of public", Blocking public access to your Amazon S3 storage, Amazon S3 user guide.
 */
export function isPublicPolicy(document: string): boolean {
  const { Statement: statements } = JSON.parse(document) as { Statement: Statement | readonly Statement[] };
  return [statements].flat().some((one) => one.Effect === "Allow" && isForEverybody(one) && !isNarrowed(one));
}

function isForEverybody({ Principal: principal, NotPrincipal }: Statement): boolean {
  if (NotPrincipal !== undefined || principal === undefined) return true;
  const named = typeof principal === "string" ? [principal] : Object.values(principal).flat();
  return named.some((one) => one.includes("*"));
}

function isNarrowed({ Condition: condition = {} }: Statement): boolean {
  return Object.entries(condition).some(
    ([operator, keys]) =>
      positiveOperator.test(operator) &&
      Object.entries(keys).some(([key, values]) => {
        const name = key.toLowerCase();
        return narrowingKeys.has(name) && [values].flat().every((value) => isFixed(name, value));
      }),
  );
}

/** A value without wildcards and policy variables. Of role sessions the name may vary; of addresses a few. */
function isFixed(key: string, value: string): boolean {
  if (value.includes("${")) return false;
  if (key === "aws:sourceip") return isNarrowRange(value);
  const text = key === "aws:userid" ? value.replace(/^(AROA[A-Z0-9]+):\*$/, "$1:") : value;
  return !/[*?]/.test(text);
}

/** IPv4 from /8 on and IPv6 from /32 on count as few. */
function isNarrowRange(value: string): boolean {
  const [address = "", bits] = value.split("/");
  const isV6 = address.includes(":");
  if (bits === undefined) return !address.includes("*");
  return /^\d+$/.test(bits) && Number(bits) >= (isV6 ? 32 : 8);
}
