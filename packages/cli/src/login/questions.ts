import { createInterface, type Interface } from "node:readline";
import { ReadStream } from "node:tty";
import { Failure } from "../outcome.ts";

/** Asks a person; questions go to standard error, so that standard output holds the answer of the command alone. */
export interface Questions extends Disposable {
  /** Whether a person sits in front of it. */
  readonly isTerminal: boolean;
  ask(question: string): Promise<string>;
  /** What is typed is not shown. */
  askHidden(question: string): Promise<string>;
}

/** On a terminal questions are asked; from a pipe each answer is one line, in the order of the questions. */
export function openQuestions(): Questions {
  const { stdin } = process;
  return stdin instanceof ReadStream && stdin.isTTY ? new Terminal(stdin) : new Piped();
}

class Piped implements Questions {
  readonly isTerminal = false;
  readonly #lines: Interface;
  readonly #next: AsyncIterator<string>;

  constructor() {
    this.#lines = createInterface({ input: process.stdin });
    this.#next = this.#lines[Symbol.asyncIterator]();
  }

  async ask(question: string): Promise<string> {
    const line = await this.#next.next();
    if (line.done !== true) return line.value;
    throw new Failure(`standard input ended before: ${question.trim()}`);
  }

  askHidden(question: string): Promise<string> {
    return this.ask(question);
  }

  [Symbol.dispose](): void {
    this.#lines.close();
    process.stdin.destroy();
  }
}

const enter = ["\r", "\n"];
const interrupt = "\u0003";
const endOfInput = "\u0004";
const erase = ["\u007f", "\b"];
const eraseLine = "\u0015";
/** Keys that send several characters, such as arrows, and the marks around what is pasted. */
// eslint-disable-next-line no-control-regex -- they are what such keys send
const sequences = /\u001b\[[0-9;]*[A-Za-z~]/g;

class Terminal implements Questions {
  readonly isTerminal = true;
  readonly #input: ReadStream;
  #typedAhead = "";

  constructor(input: ReadStream) {
    this.#input = input;
  }

  ask(question: string): Promise<string> {
    return this.#line(question, true);
  }

  askHidden(question: string): Promise<string> {
    return this.#line(question, false);
  }

  [Symbol.dispose](): void {
    this.#input.pause();
  }

  #line(question: string, isShown: boolean): Promise<string> {
    const input = this.#input;
    process.stderr.write(question);
    input.setRawMode(true);
    input.setEncoding("utf8");
    return new Promise((resolve, reject) => {
      let typed = "";
      const finish = (settle: () => void) => {
        input.off("data", take);
        input.setRawMode(false);
        input.pause();
        process.stderr.write("\n");
        settle();
      };
      const take = (text: string) => {
        const keys = Array.from(text.replace(sequences, ""));
        for (const [i, key] of keys.entries()) {
          if (enter.includes(key)) {
            this.#typedAhead = keys.slice(i + 1).join("");
            finish(() => resolve(typed));
            return;
          }
          if (key === interrupt || key === endOfInput) {
            finish(() => reject(new Failure("given up")));
            return;
          }
          typed = afterKey(typed, key, isShown);
        }
      };
      const ahead = this.#typedAhead;
      this.#typedAhead = "";
      input.on("data", take);
      input.resume();
      if (ahead !== "") take(ahead);
    });
  }
}

function afterKey(typed: string, key: string, isShown: boolean): string {
  if (key === eraseLine) {
    if (isShown) process.stderr.write("\b \b".repeat(Array.from(typed).length));
    return "";
  }
  if (erase.includes(key)) {
    if (isShown && typed !== "") process.stderr.write("\b \b");
    return Array.from(typed).slice(0, -1).join("");
  }
  if (key < " ") return typed;
  if (isShown) process.stderr.write(key);
  return typed + key;
}
