/** Bytes that came in pieces of any size and leave in pieces of the size asked for, uncopied. */
export class ChunkQueue {
  #chunks: Uint8Array[] = [];
  #byteLength = 0;

  get byteLength(): number {
    return this.#byteLength;
  }

  push(chunk: Uint8Array): void {
    if (chunk.byteLength === 0) return;
    this.#chunks.push(chunk);
    this.#byteLength += chunk.byteLength;
  }

  /** Takes the first `wanted` bytes, or all there are where they are fewer, as views of what was pushed. */
  take(wanted: number): Uint8Array[] {
    const taken: Uint8Array[] = [];
    let missing = Math.min(wanted, this.#byteLength);
    this.#byteLength -= missing;
    let used = 0;
    for (const chunk of this.#chunks) {
      if (missing === 0) break;
      if (chunk.byteLength > missing) {
        taken.push(chunk.subarray(0, missing));
        this.#chunks[used] = chunk.subarray(missing);
        break;
      }
      taken.push(chunk);
      missing -= chunk.byteLength;
      used += 1;
    }
    this.#chunks.splice(0, used);
    return taken;
  }

  /** The same, joined. */
  takeJoined(wanted: number): Uint8Array {
    const taken = this.take(wanted);
    return taken.length === 1 && taken[0] !== undefined ? taken[0] : Buffer.concat(taken);
  }
}
