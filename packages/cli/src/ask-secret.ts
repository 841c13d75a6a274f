import { createInterface, type Interface } from "node:readline";
import { Writable } from "node:stream";
import { Failure } from "./outcome.ts";

/** Secrets from standard input, a line each; a person at a terminal is asked, and what they type is not shown. */
export class SecretInput implements Disposable {
  readonly #lines: Interface;
  readonly #iterator: AsyncIterator<string>;

  constructor() {
    const { stdin } = process;
    // The terminal would show what is typed if it had somewhere to write it.
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    this.#lines = createInterface({ input: stdin, output: nowhere, terminal: stdin.isTTY });
    this.#lines.on("SIGINT", () => process.exit(1));
    this.#iterator = this.#lines[Symbol.asyncIterator]();
  }

  /** The next line; undefined where standard input has ended. `what` is asked for at a terminal. */
  async next(what: string): Promise<string | undefined> {
    if (process.stdin.isTTY) process.stderr.write(`${what}: `);
    const line = await this.#iterator.next();
    if (process.stdin.isTTY) process.stderr.write("\n");
    return line.done === true ? undefined : line.value;
  }

  /** As `next`; throws Failure where there is none. */
  async require(what: string): Promise<string> {
    const line = await this.next(what);
    if (line === undefined || line === "") throw new Failure(`no ${what.toLowerCase()} was given`);
    return line;
  }

  [Symbol.dispose](): void {
    this.#lines.close();
  }
}
