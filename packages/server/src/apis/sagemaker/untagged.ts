/** A request without its tags: Describe does not show them, ListTags does. */
export function untagged<T extends { readonly Tags?: unknown }>(request: T): Omit<T, "Tags"> {
  const copy: { Tags?: unknown } = { ...request };
  delete copy.Tags;
  return copy as Omit<T, "Tags">;
}
