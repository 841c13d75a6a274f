const place = Symbol("place among the items of mixed lists");

/** An item of a list that an answer mixes with others, with its place among the items of all of them. */
export function placed<T extends object>(item: T, at: number): T {
  return { ...item, [place]: at };
}

/** Items of several lists, in the order of their places. An item without one is a bug and throws. */
export function inPlace<T extends { readonly item: unknown }>(items: readonly T[]): T[] {
  return items.toSorted((one, other) => placeOf(one.item) - placeOf(other.item));
}

function placeOf(item: unknown): number {
  const at = (item as { readonly [place]?: number })[place];
  if (at === undefined) throw new TypeError("an item of mixed lists has no place");
  return at;
}
