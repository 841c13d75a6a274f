/** No UTF-8 text has this byte: all keys lie below it. */
export const aboveAllKeys: Uint8Array = Buffer.of(0xff);

/** The least byte string above all that start with `prefix`; undefined where there is none. */
export function afterPrefix(prefix: Uint8Array): Uint8Array | undefined {
  for (let last = prefix.byteLength - 1; last >= 0; last -= 1) {
    const byte = prefix[last];
    if (byte !== undefined && byte < 0xff) {
      const bound = Buffer.from(prefix.subarray(0, last + 1));
      bound[last] = byte + 1;
      return bound;
    }
  }
  return undefined;
}

/** The least byte string above `key`. */
export function afterKey(key: Uint8Array): Uint8Array {
  return Buffer.concat([key, Buffer.of(0)]);
}
