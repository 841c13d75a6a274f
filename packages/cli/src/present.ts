/** What the service promised to give. Throws an Error that names it where an answer lacks it. */
export function present<T>(value: T | null | undefined, name: string): T {
  if (value === undefined || value === null) throw new Error(`the answer lacks ${name}`);
  return value;
}
