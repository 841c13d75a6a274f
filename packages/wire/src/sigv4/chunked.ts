import { PayloadRefused } from "./payload-refused.ts";

/**
 * The framing of S3's streaming uploads (`aws-chunked`):
 * `size[;chunk-signature=hex]\r\n data \r\n … 0[;chunk-signature=hex]\r\n [name:value\r\n …] \r\n`.
 * Data is heard as slices of what came in, and handed on as it is gathered.
 */
export interface ChunkListener {
  /** A chunk begins; the last has zero bytes. */
  begin(sizeBytes: number, signature: string | undefined): void;
  data(bytes: Uint8Array): void;
  /** All bytes of the chunk have been seen. */
  end(): void;
  trailer(name: string, value: string): void;
}

/** Brings a body's pieces together before they are handed on: each step on their way costs as much for a small one. */
export interface Gathering {
  /** Takes a piece, which stays the caller's; gives what is complete with it. */
  add(piece: Uint8Array): Iterable<Uint8Array>;
  /** What was taken and not yet given, at the end. */
  rest(): Uint8Array | undefined;
}

/** Nothing is copied or held back. */
export const oneByOne: Gathering = { add: (piece) => [piece], rest: () => undefined };

const headerBytesMax = 256;
const trailerBytesMax = 8192;
const chunkHeader = /^([0-9A-Fa-f]{1,15})(?:;chunk-signature=([0-9a-f]{64}))?$/;
const trailerLine = /^([A-Za-z0-9-]+):(.*)$/;
const lineFeed = 0x0a;

export async function* readChunks(
  source: AsyncIterable<Uint8Array>,
  listener: ChunkListener,
  gathering: Gathering,
): AsyncGenerator<Uint8Array, void> {
  const reader = new ChunkReader(listener);
  for await (const bytes of source) {
    let offset = 0;
    while (offset < bytes.length) {
      if (reader.dataLeftBytes > 0) {
        const piece = bytes.subarray(offset, offset + reader.dataLeftBytes);
        reader.takeData(piece);
        offset += piece.length;
        for (const gathered of gathering.add(piece)) yield gathered;
      } else {
        offset = reader.takeLine(bytes, offset);
      }
    }
  }
  if (!reader.complete) throw new PayloadRefused("IncompleteBody", "The body ends before its last chunk.");
  const rest = gathering.rest();
  if (rest !== undefined) yield rest;
}

class ChunkReader {
  readonly #listener: ChunkListener;
  /** What the next line is: a chunk's header, the empty line after a chunk's data, or a trailer. */
  #expects: "header" | "blank" | "trailer" | "nothing" = "header";
  #partialLine = "";
  #trailerBytes = 0;
  dataLeftBytes = 0;

  constructor(listener: ChunkListener) {
    this.#listener = listener;
  }

  get complete(): boolean {
    return this.#expects === "nothing";
  }

  takeData(bytes: Uint8Array): void {
    this.#listener.data(bytes);
    this.dataLeftBytes -= bytes.length;
    if (this.dataLeftBytes > 0) return;
    this.#listener.end();
    this.#expects = "blank";
  }

  /** Reads up to the end of a line, or what there is of it; gives the offset behind. */
  takeLine(bytes: Uint8Array, offset: number): number {
    if (this.complete) throw new PayloadRefused("IncompleteBody", "The body goes on after its last chunk.");
    const end = bytes.indexOf(lineFeed, offset);
    const stop = end < 0 ? bytes.length : end + 1;
    const bytesMax = this.#expects === "trailer" ? trailerBytesMax : headerBytesMax;
    if (this.#partialLine.length + (stop - offset) > bytesMax)
      throw malformed("A line of the chunked body is too long.");
    this.#partialLine += Buffer.from(bytes.buffer, bytes.byteOffset + offset, stop - offset).toString("latin1");
    if (end < 0) return stop;
    const line = this.#partialLine;
    this.#partialLine = "";
    if (!line.endsWith("\r\n")) throw malformed("A line of the chunked body does not end with CR LF.");
    this.#line(line.slice(0, -2));
    return stop;
  }

  #line(line: string): void {
    switch (this.#expects) {
      case "header":
        this.#header(line);
        return;
      case "blank":
        if (line !== "") throw malformed("A chunk is longer than its header says.");
        this.#expects = "header";
        return;
      case "trailer":
        this.#trailer(line);
        return;
      case "nothing":
        return;
    }
  }

  #header(line: string): void {
    const found = chunkHeader.exec(line);
    if (found === null) throw malformed("A chunk's header is malformed.");
    const sizeBytes = Number.parseInt(found[1] ?? "", 16);
    this.#listener.begin(sizeBytes, found[2]);
    this.dataLeftBytes = sizeBytes;
    if (sizeBytes > 0) return;
    this.#listener.end();
    this.#expects = "trailer";
  }

  #trailer(line: string): void {
    if (line === "") {
      this.#expects = "nothing";
      return;
    }
    this.#trailerBytes += line.length;
    const found = trailerLine.exec(line);
    if (found === null || this.#trailerBytes > trailerBytesMax) throw malformed("The trailer is malformed.");
    this.#listener.trailer((found[1] ?? "").toLowerCase(), (found[2] ?? "").trim());
  }
}

function malformed(message: string): PayloadRefused {
  return new PayloadRefused("InvalidRequest", message);
}
