import type { PatternBranch, PatternTree } from "./event-pattern.ts";
import { NotAPattern } from "./pattern-fault.ts";

/** EventBridge's own bound on what the `$or`s of one pattern multiply to. */
const combinationsMax = 1000;

export const noFields: PatternBranch = { kind: "branch", fields: new Map() };

/** A branch of one field for each of the trees that the field may have. */
export function alternativesOf(name: string, trees: readonly PatternTree[]): PatternBranch[] {
  return trees.map((tree) => ({ kind: "branch", fields: new Map([[name, tree]]) }));
}

/** Every one of `left` with every one of `right`. */
export function combined(
  left: readonly PatternBranch[],
  right: readonly PatternBranch[],
  { path, at }: { readonly path: string; readonly at: number },
): PatternBranch[] {
  if (left.length * right.length > combinationsMax) {
    throw new NotAPattern(`the $or of a pattern have at most ${combinationsMax} combinations`, path, at);
  }
  return left.flatMap((one) =>
    right.map((other) => {
      const both = merged(one, other);
      if (both !== undefined) return both;
      throw new NotAPattern("the field stands inside $or and beside it", path, at);
    }),
  );
}

/** Both branches as one; undefined where one field has values in both, or values in one and fields in the other. */
function merged(one: PatternBranch, other: PatternBranch): PatternBranch | undefined {
  const fields = new Map(one.fields);
  for (const [name, tree] of other.fields) {
    const there = fields.get(name);
    if (there === undefined) {
      fields.set(name, tree);
      continue;
    }
    const both = there.kind === "branch" && tree.kind === "branch" ? merged(there, tree) : undefined;
    if (both === undefined) return undefined;
    fields.set(name, both);
  }
  return { kind: "branch", fields };
}
