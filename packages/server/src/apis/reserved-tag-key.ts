/** The first of the keys that is AWS's own: those that begin with `aws:`, in capitals or not. */
export function reservedTagKey(keys: readonly string[]): string | undefined {
  return keys.find((key) => key.toLowerCase().startsWith("aws:"));
}
