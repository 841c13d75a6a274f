/** Reads each text once: the random cases are made of few values, and ten million decisions read them often. */
export function remembered<T>(read: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined || known.has(text)) return found as T;
    const made = read(text);
    known.set(text, made);
    return made;
  };
}
