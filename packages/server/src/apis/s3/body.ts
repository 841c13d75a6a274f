/** The body of a request that has none. */
export async function* noBody(): AsyncGenerator<Uint8Array> {
  // An object of no bytes is an object too.
}
