import type { EventPattern, PatternTree } from "./event-pattern.ts";

/**
 * What a pattern asks of one field, for conditions about rules: a string as it is, any comparison as its
 * JSON text, so that it is never taken for a value. Undefined where an event may match whatever it has
 * in that field.
 */
export function valuesNamedFor(pattern: EventPattern, path: readonly string[]): readonly string[] | undefined {
  const named = new Set<string>();
  for (const branch of pattern.alternatives) {
    let tree: PatternTree | undefined = branch;
    for (const name of path) tree = tree?.kind === "branch" ? tree.fields.get(name) : undefined;
    if (tree?.kind !== "leaf") return undefined;
    for (const written of tree.written) named.add(written);
  }
  return [...named];
}
