import { CallMemory } from "./call-memory.ts";
import { loadModule, type FunctionName, type Pkcs11Call } from "./calls.ts";

/** Where the key lies that wraps the root, and what opens it. */
export interface TokenPlace {
  /** The module's shared library. It is loaded into this process, so only the operator names it, never a file of data. */
  readonly module: string;
  /** The token's label and the key's (CKA_LABEL). */
  readonly token: string;
  readonly key: string;
  readonly pin: string;
}

/** What a token refuses, said so that an operator can mend it; the PIN is never part of it. */
export class TokenRefusal extends Error {
  override readonly name = "TokenRefusal";
}

const refusals: Readonly<Record<number, string>> = {
  0xa0: "the PIN is wrong",
  0xa1: "the PIN is not one that the token takes",
  0xa2: "the PIN has a length that the token does not take",
  0xa4: "the PIN is locked: too many wrong ones were given",
  0x40: "the ciphertext does not open under this key",
  0x41: "the ciphertext does not open under this key",
  0x70: "the token does not do AES-GCM",
  0xe0: "there is no such token",
};

const userPin = 1;
const serialSession = 4;
const writableSession = 2;
const tokenInfoBytes = 208;
const labelBytes = 32;
const slotsMax = 64;
const alreadyInitialized = 0x191;

/** A session with a token, logged in. Disposing ends it and what it remembers. */
export class TokenSession implements Disposable {
  readonly #call: Pkcs11Call;
  readonly #handle: bigint;

  /** Throws TokenRefusal. */
  constructor(place: TokenPlace) {
    this.#call = moduleAt(place.module);
    try {
      this.#handle = this.#open(place);
    } catch (error) {
      this.#call("C_Finalize", 0);
      throw error;
    }
  }

  /** Calls a function of the session. Throws TokenRefusal where it does not go well. */
  do(name: FunctionName, ...words: readonly (bigint | number)[]): void {
    check(name, this.#call(name, this.#handle, ...words));
  }

  [Symbol.dispose](): void {
    // Ending the session logs out and destroys what is the session's alone.
    this.#call("C_CloseSession", this.#handle);
    this.#call("C_Finalize", 0);
  }

  #open({ token, pin }: TokenPlace): bigint {
    using memory = new CallMemory();
    const session = memory.words(0);
    const flags = serialSession | writableSession;
    check("C_OpenSession", this.#call("C_OpenSession", this.#slotOf(token), flags, 0, 0, session.address));
    const handle = session.values[0] ?? 0n;
    const bytes = Buffer.from(pin);
    const code = this.#call("C_Login", handle, userPin, memory.put(bytes), bytes.byteLength);
    bytes.fill(0);
    check("C_Login", code);
    return handle;
  }

  #slotOf(label: string): bigint {
    using memory = new CallMemory();
    const count = memory.words(slotsMax);
    const slots = memory.words(...new Array<number>(slotsMax).fill(0));
    check("C_GetSlotList", this.#call("C_GetSlotList", 1, slots.address, count.address));
    const info = memory.room(tokenInfoBytes);
    const found = [...slots.values.subarray(0, Number(count.values[0]))].filter((slot) => {
      if (this.#call("C_GetTokenInfo", slot, info.address) !== 0) return false;
      return Buffer.from(info.bytes.subarray(0, labelBytes)).toString("utf8").trimEnd() === label;
    });
    const [slot, ...others] = found;
    if (slot === undefined) throw new TokenRefusal(`the module has no token with the label ${label}`);
    if (others.length > 0) throw new TokenRefusal(`the module has several tokens with the label ${label}`);
    return slot;
  }
}

function moduleAt(path: string): Pkcs11Call {
  let call: Pkcs11Call;
  try {
    call = loadModule(path);
  } catch {
    throw new TokenRefusal(`${path} cannot be loaded as a PKCS #11 module`);
  }
  const code = call("C_Initialize", 0);
  if (code !== alreadyInitialized) check("C_Initialize", code);
  return call;
}

function check(name: FunctionName, code: number): void {
  if (code === 0) return;
  throw new TokenRefusal(`the token refuses: ${refusals[code] ?? `${name} answered 0x${code.toString(16)}`}`);
}
