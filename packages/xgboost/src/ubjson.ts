/** What a UBJSON document holds. Typed arrays arrive as plain arrays of numbers. */
type UbjsonValue = null | boolean | number | string | UbjsonValue[] | { [name: string]: UbjsonValue };

const depthMax = 64;

/**
 * Reads Universal Binary JSON (ubjson.org, draft 12) as XGBoost writes it: big-endian, lengths of any integer type,
 * typed and counted arrays. Never reads outside of `bytes`.
 * @throws RangeError for whatever is not such a document
 */
export function readUbjson(bytes: Uint8Array): UbjsonValue {
  const reader = new Reader(bytes);
  const value = reader.value(reader.marker(), 0);
  reader.end();
  return value;
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  marker(): string {
    return String.fromCharCode(this.#view.getUint8(this.#at++));
  }

  end(): void {
    if (this.#at !== this.#bytes.length)
      throw new RangeError(`${this.#bytes.length - this.#at} bytes follow the document`);
  }

  value(marker: string, depth: number): UbjsonValue {
    if (depth > depthMax) throw new RangeError(`nested deeper than ${depthMax}`);
    switch (marker) {
      case "Z":
        return null;
      case "T":
        return true;
      case "F":
        return false;
      case "S":
        return this.#text();
      case "[":
        return this.#array(depth);
      case "{":
        return this.#object(depth);
      default:
        return this.#number(marker);
    }
  }

  #number(marker: string): number {
    const at = this.#at;
    switch (marker) {
      case "i":
        this.#at += 1;
        return this.#view.getInt8(at);
      case "U":
        this.#at += 1;
        return this.#view.getUint8(at);
      case "I":
        this.#at += 2;
        return this.#view.getInt16(at);
      case "l":
        this.#at += 4;
        return this.#view.getInt32(at);
      case "L":
        this.#at += 8;
        return Number(this.#view.getBigInt64(at));
      case "d":
        this.#at += 4;
        return this.#view.getFloat32(at);
      case "D":
        this.#at += 8;
        return this.#view.getFloat64(at);
      default:
        throw new RangeError(`unknown marker ${JSON.stringify(marker)} at byte ${at - 1}`);
    }
  }

  #length(): number {
    const length = this.#number(this.marker());
    if (!Number.isSafeInteger(length) || length < 0 || length > this.#bytes.length - this.#at) {
      throw new RangeError(`a length of ${length} at byte ${this.#at} does not fit`);
    }
    return length;
  }

  #text(): string {
    const length = this.#length();
    const text = new TextDecoder("utf-8", { fatal: true });
    this.#at += length;
    try {
      return text.decode(this.#bytes.subarray(this.#at - length, this.#at));
    } catch {
      throw new RangeError(`the text at byte ${this.#at - length} is not UTF-8`);
    }
  }

  #array(depth: number): UbjsonValue[] {
    const values: UbjsonValue[] = [];
    let marker = this.marker();
    if (marker === "$") {
      const type = this.marker();
      if (this.marker() !== "#") throw new RangeError(`a typed array without a count at byte ${this.#at}`);
      const count = this.#length();
      for (let i = 0; i < count; i += 1) values.push(this.#number(type));
      return values;
    }
    if (marker === "#") {
      const count = this.#length();
      for (let i = 0; i < count; i += 1) values.push(this.value(this.marker(), depth + 1));
      return values;
    }
    for (; marker !== "]"; marker = this.marker()) values.push(this.value(marker, depth + 1));
    return values;
  }

  #object(depth: number): { [name: string]: UbjsonValue } {
    const members: { [name: string]: UbjsonValue } = Object.create(null) as { [name: string]: UbjsonValue };
    for (;;) {
      if (this.#bytes[this.#at] === 0x7d) {
        this.#at += 1;
        return members;
      }
      const name = this.#text();
      members[name] = this.value(this.marker(), depth + 1);
    }
  }
}
