/**
 * The policy document of a browser's upload: what whoever signed it lets the form say.
 * Source: "Creating a POST policy" in the Amazon S3 API reference.
 */
export interface PostPolicy {
  readonly expiresAt: Date;
  readonly conditions: readonly FieldCondition[];
  /** Bytes of the file, both included; undefined where the policy does not bound them. */
  readonly lengthRange: { readonly min: number; readonly max: number } | undefined;
}

interface FieldCondition {
  readonly kind: "eq" | "starts-with";
  /** In lower case: names of form fields are not case-sensitive. */
  readonly field: string;
  readonly value: string;
}

const isText = (value: unknown): value is string => typeof value === "string";
const isBound = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const expirationForm = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/;

/** Reads a policy's JSON text; `fault` says what is wrong with it. */
export function readPostPolicy(json: string): PostPolicy | { readonly fault: string } {
  let document: unknown;
  try {
    document = JSON.parse(json);
  } catch {
    return { fault: "Invalid JSON." };
  }
  if (typeof document !== "object" || document === null || Array.isArray(document)) return { fault: "Invalid JSON." };
  const { expiration, conditions, ...others } = document as Readonly<Record<string, unknown>>;
  const [other] = Object.keys(others);
  if (other !== undefined) return { fault: `Unexpected: '${other.slice(0, 64)}'.` };
  const expiresAt = isText(expiration) && expirationForm.test(expiration) ? new Date(expiration) : undefined;
  if (expiresAt === undefined || Number.isNaN(expiresAt.getTime())) {
    return { fault: "Policy missing expiration, or it is no date of the form YYYY-MM-DDThh:mm:ssZ." };
  }
  if (!Array.isArray(conditions)) return { fault: "Policy missing conditions." };
  return readConditions(expiresAt, conditions);
}

function readConditions(expiresAt: Date, items: readonly unknown[]): PostPolicy | { readonly fault: string } {
  const conditions: FieldCondition[] = [];
  let lengthRange: PostPolicy["lengthRange"];
  for (const item of items) {
    const read = readCondition(item);
    if (read === undefined) return { fault: `Invalid condition: ${shown(item)}.` };
    if ("max" in read) {
      // ② several ranges must all hold: what is left is what lies in each of them.
      lengthRange = {
        min: Math.max(read.min, lengthRange?.min ?? 0),
        max: Math.min(read.max, lengthRange?.max ?? read.max),
      };
    } else conditions.push(...read);
  }
  return { expiresAt, conditions, lengthRange };
}

/** A condition as a message may show it: short, and whatever is nested in it left out, however deep that is. */
function shown(item: unknown): string {
  const inside = (value: unknown): unknown => (typeof value === "object" && value !== null ? "…" : value);
  const flat: unknown = Array.isArray(item)
    ? item.slice(0, 4).map(inside)
    : typeof item === "object" && item !== null
      ? Object.fromEntries(
          Object.entries(item)
            .slice(0, 4)
            .map(([name, value]) => [name, inside(value)]),
        )
      : item;
  return JSON.stringify(flat).slice(0, 128);
}

function readCondition(item: unknown): FieldCondition[] | { min: number; max: number } | undefined {
  if (Array.isArray(item)) {
    const [operator, first, second, ...more] = item as unknown[];
    if (!isText(operator) || more.length > 0) return undefined;
    const kind = operator.toLowerCase();
    if (kind === "content-length-range") {
      return isBound(first) && isBound(second) && first <= second ? { min: first, max: second } : undefined;
    }
    if ((kind !== "eq" && kind !== "starts-with") || !isText(first) || !first.startsWith("$") || !isText(second)) {
      return undefined;
    }
    return [{ kind, field: first.slice(1).toLowerCase(), value: second }];
  }
  if (typeof item !== "object" || item === null) return undefined;
  const entries = Object.entries(item as Readonly<Record<string, unknown>>);
  const exact = entries.flatMap(([field, value]): FieldCondition[] =>
    isText(value) ? [{ kind: "eq", field: field.toLowerCase(), value }] : [],
  );
  return exact.length > 0 && exact.length === entries.length ? exact : undefined;
}

/** Fields that stand outside of what a policy covers. */
const uncovered = new Set(["policy", "x-amz-signature", "file"]);

/**
 * The first thing about a form that its policy does not allow; undefined where it allows all of it.
 * `fields` by their names in lower case, `bucket` among them, every variable filled in.
 */
export function postPolicyFault(
  policy: PostPolicy,
  fields: ReadonlyMap<string, string>,
  now: Date,
): string | undefined {
  if (policy.expiresAt.getTime() <= now.getTime()) return "Policy expired.";
  for (const condition of policy.conditions) {
    const { kind, field, value } = condition;
    if (!holds(condition, fields.get(field) ?? "")) {
      return `Policy Condition failed: ${JSON.stringify([kind, `$${field}`, value])}`;
    }
  }
  // ② a field that nobody vouched for is refused, not ignored; the bucket is one of them.
  const covered = new Set(policy.conditions.map(({ field }) => field));
  const extra = [...fields.keys()].find(
    (name) => !covered.has(name) && !uncovered.has(name) && !name.startsWith("x-ignore-"),
  );
  return extra === undefined ? undefined : `Extra input fields: ${extra.slice(0, 128)}`;
}

function holds({ kind, field, value }: FieldCondition, given: string): boolean {
  if (kind === "eq") return given === value;
  // A form may say several content types, separated by commas: each of them must start so.
  const parts = field === "content-type" ? given.split(",").map((part) => part.trim()) : [given];
  return parts.every((part) => part.startsWith(value));
}
