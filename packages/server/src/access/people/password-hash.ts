import { argon2, randomBytes, timingSafeEqual, type Argon2Parameters } from "node:crypto";
import { promisify } from "node:util";

/** What one hash costs; RFC 9106's second recommended choice is 64 MiB and 3 passes. */
export interface PasswordCost {
  readonly memoryKib: number;
  readonly passes: number;
}

export const passwordCost: PasswordCost = { memoryKib: 65_536, passes: 3 };

const saltBytes = 16;
const tagBytes = 32;
/** Hashes at work at the same time: each takes a thread and its memory. */
const atOnceMax = 2;
/** Further ones wait, so many and no more. */
const waitingMax = 100;

const hashAside = promisify(argon2);
const form = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=1\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** Thrown where too many passwords wait for their hash; nothing was compared. */
export class PasswordsBusy extends Error {
  override readonly name = "PasswordsBusy";
}

/**
 * Passwords as Argon2id, in the PHC string format: `$argon2id$v=19$m=…,t=…,p=1$salt$tag`. The work is
 * done off the main thread, a few at a time.
 * https://github.com/P-H-C/phc-string-format/blob/master/phc-sf-spec.md
 */
export class PasswordHashes {
  readonly #cost: PasswordCost;
  readonly #nobodys: string;
  #working = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(cost: PasswordCost) {
    this.#cost = cost;
    // Compared with like any other; no password is known to give it.
    this.#nobodys = phcText(cost, randomBytes(saltBytes), randomBytes(tagBytes));
  }

  async hash(password: string): Promise<string> {
    const salt = randomBytes(saltBytes);
    const tag = await this.#tag(password, salt, this.#cost);
    return phcText(this.#cost, salt, tag);
  }

  /** ② without a hash to compare with, it takes as long and is false: nobody learns who has a password. */
  async holds(password: string, stored: string | undefined): Promise<boolean> {
    const read = form.exec(stored ?? this.#nobodys);
    if (read === null) throw new Error("a stored password is not in its form");
    const [, memory, passes, salt, tag] = read;
    const expected = Buffer.from(tag ?? "", "base64");
    const cost = { memoryKib: Number(memory), passes: Number(passes) };
    const given = await this.#tag(password, Buffer.from(salt ?? "", "base64"), cost);
    return timingSafeEqual(given, expected) && stored !== undefined;
  }

  /** Whether a hash was made at another cost than new ones are. */
  isOutdated(stored: string): boolean {
    const { memoryKib, passes } = this.#cost;
    return !stored.startsWith(`$argon2id$v=19$m=${memoryKib},t=${passes},p=1$`);
  }

  async #tag(password: string, nonce: Uint8Array, { memoryKib, passes }: PasswordCost): Promise<Buffer> {
    await this.#turn();
    try {
      const message = Buffer.from(password.normalize("NFC"));
      const parameters: Argon2Parameters = {
        message,
        nonce,
        memory: memoryKib,
        passes,
        parallelism: 1,
        tagLength: tagBytes,
      };
      return await hashAside("argon2id", parameters);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#working -= 1;
      else next();
    }
  }

  async #turn(): Promise<void> {
    if (this.#working < atOnceMax) {
      this.#working += 1;
      return;
    }
    if (this.#waiting.length >= waitingMax) throw new PasswordsBusy("too many passwords wait for their hash");
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}

function phcText({ memoryKib, passes }: PasswordCost, salt: Uint8Array, tag: Uint8Array): string {
  return `$argon2id$v=19$m=${memoryKib},t=${passes},p=1$${unpadded(salt)}$${unpadded(tag)}`;
}

function unpadded(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64").replaceAll("=", "");
}
