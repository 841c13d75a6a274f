/** The part of JSONPath that EventBridge takes, without wildcards: `$.detail.requestParameters.names[0]`. */
const form = /^\$(?:\.[A-Za-z0-9_-]+|\[\d{1,4}\])*$/;

/** The names and indices of a path; undefined where the text is none. */
export function readInputPath(text: string): readonly (string | number)[] | undefined {
  if (!form.test(text)) return undefined;
  const steps = text.matchAll(/\.([A-Za-z0-9_-]+)|\[(\d+)\]/g);
  return [...steps].map(([, name, index]) => name ?? Number(index));
}

/** What stands at a path; undefined where nothing does. */
export function valueAt(event: object, path: readonly (string | number)[]): unknown {
  let value: unknown = event;
  for (const step of path) {
    if (typeof value !== "object" || value === null || Array.isArray(value) !== (typeof step === "number")) {
      return undefined;
    }
    value = Object.hasOwn(value, step) ? (value as Readonly<Record<string | number, unknown>>)[step] : undefined;
  }
  return value;
}
