/** A stream that ends within `bytesMax`, in one piece; of a longer one, all of it as a stream. */
export async function wholeIfSmall(
  source: AsyncIterable<Uint8Array>,
  bytesMax: number,
): Promise<Uint8Array | AsyncIterable<Uint8Array>> {
  const iterator = source[Symbol.asyncIterator]();
  const taken: Uint8Array[] = [];
  for (let sizeBytes = 0; sizeBytes <= bytesMax;) {
    const next = await iterator.next();
    if (next.done === true) return joined(taken);
    taken.push(next.value);
    sizeBytes += next.value.byteLength;
  }
  return resumed(taken, iterator);
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const [first] = pieces;
  return pieces.length === 1 && first !== undefined ? first : Buffer.concat(pieces);
}

async function* resumed(
  taken: readonly Uint8Array[],
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* taken;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}
