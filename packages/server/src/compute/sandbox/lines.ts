import { StringDecoder } from "node:string_decoder";

/** A line that is longer is handed on in pieces of this many characters. */
const lineCharactersMax = 65_536;

/** Cuts a stream of bytes into lines, with or without a last line end; carriage returns before it go. */
export class LineCutter {
  readonly #decoder = new StringDecoder("utf8");
  readonly #onLine: (line: string) => void;
  #rest = "";

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  write(bytes: Buffer): void {
    this.#take(this.#decoder.write(bytes));
  }

  end(): void {
    this.#take(this.#decoder.end());
    if (this.#rest !== "") this.#onLine(this.#rest);
    this.#rest = "";
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split("\n");
    let rest = lines.pop() ?? "";
    for (const line of lines) this.#emit(line.endsWith("\r") ? line.slice(0, -1) : line);
    while (rest.length > lineCharactersMax) {
      this.#onLine(rest.slice(0, lineCharactersMax));
      rest = rest.slice(lineCharactersMax);
    }
    this.#rest = rest;
  }

  #emit(line: string): void {
    let rest = line;
    for (; rest.length > lineCharactersMax; rest = rest.slice(lineCharactersMax))
      this.#onLine(rest.slice(0, lineCharactersMax));
    this.#onLine(rest);
  }
}
