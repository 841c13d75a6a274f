/** A stream read by counts of bytes. */
export class ByteSource {
  readonly #iterator: AsyncIterator<Uint8Array>;
  #waiting: Uint8Array = new Uint8Array();
  #ended = false;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#iterator = source[Symbol.asyncIterator]();
  }

  /** Exactly `count` bytes, fewer only at the end of the stream. */
  async take(count: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    let missing = count;
    while (missing > 0 && (this.#waiting.byteLength > 0 || (await this.#more()))) {
      const part = this.#waiting.subarray(0, missing);
      this.#waiting = this.#waiting.subarray(part.byteLength);
      parts.push(part);
      missing -= part.byteLength;
    }
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
  }

  async skip(count: number): Promise<void> {
    for (let left = count; left > 0;) {
      const part = await this.take(Math.min(left, 1 << 20));
      if (part.byteLength === 0) return;
      left -= part.byteLength;
    }
  }

  /** Reads to the end, so that whatever checks the stream has checked all of it. */
  async drain(): Promise<void> {
    this.#waiting = new Uint8Array();
    while (await this.#more()) this.#waiting = new Uint8Array();
  }

  async #more(): Promise<boolean> {
    while (!this.#ended) {
      const next = await this.#iterator.next();
      if (next.done === true) this.#ended = true;
      else if (next.value.byteLength > 0) {
        this.#waiting = next.value;
        return true;
      }
    }
    return false;
  }
}
