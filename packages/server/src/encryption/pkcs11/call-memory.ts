import { guardedPage } from "../../platform/index.ts";

const alignmentBytes = 8;

/** What a module reads and writes: one page, never swapped, wiped when it is disposed of. */
export class CallMemory implements Disposable {
  readonly #page = guardedPage();
  #used = 0;

  /** Room for `byteLength` bytes, all zero, and its address. */
  room(byteLength: number): { readonly address: bigint; readonly bytes: Uint8Array } {
    const start = this.#used;
    this.#used += Math.ceil(byteLength / alignmentBytes) * alignmentBytes;
    if (this.#used > this.#page.bytes.byteLength) throw new RangeError("a call to a token takes a page at most");
    return { address: this.#page.address + BigInt(start), bytes: this.#page.bytes.subarray(start, start + byteLength) };
  }

  /** Copies the bytes there; answers the address. */
  put(bytes: Uint8Array): bigint {
    const room = this.room(bytes.byteLength);
    room.bytes.set(bytes);
    return room.address;
  }

  /** Words of the machine, one behind the other. */
  words(...values: readonly (bigint | number)[]): { readonly address: bigint; readonly values: BigUint64Array } {
    const { address, bytes } = this.room(values.length * alignmentBytes);
    const words = new BigUint64Array(bytes.buffer, bytes.byteOffset, values.length);
    words.set(values.map(BigInt));
    return { address, values: words };
  }

  /** The attributes as an array of CK_ATTRIBUTE: type, address of the value, its length. */
  attributes(entries: readonly (readonly [type: number, value: Uint8Array])[]): bigint {
    return this.words(...entries.flatMap(([type, value]) => [type, this.put(value), value.byteLength])).address;
  }

  [Symbol.dispose](): void {
    this.#page[Symbol.dispose]();
  }
}
