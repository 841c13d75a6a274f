import { isBrokenGzip, plainBody } from "./request-body.ts";

/** What a push says that it changes, and its body, whole and uncompressed. */
export interface Push {
  readonly kind: "push";
  /** Every reference that would be made, moved or deleted. */
  readonly changes: readonly PushedChange[];
  readonly body: AsyncIterable<Uint8Array>;
}

export interface PushedChange {
  /** `refs/heads/main`, … */
  readonly reference: string;
  /** The object that it shall lead to; `absentObject` where it is to go. */
  readonly objectId: string;
}

export interface MalformedPush {
  readonly kind: "malformed";
  readonly message: string;
}

export const brokenEncoding = "the push is not what its content encoding says";
const commandsBytesMax = 4 * 1024 * 1024;
/** CodeCommit's own limit. */
const changesMax = 4000;
const tooMany = `a push changes at most ${changesMax} references`;
const command = /^[0-9a-f]{40} ([0-9a-f]{40}) (.+)$/s;
const shallow = /^shallow [0-9a-f]{40}$/;

/**
 * Reads the commands at the head of what git sends to receive-pack: lines with their length before them, up to
 * a flush (gitprotocol-pack). ② what cannot be read is refused, so that nothing is pushed that was not decided on.
 */
export async function readPush(
  body: AsyncIterable<Uint8Array>,
  encoding: string | undefined,
): Promise<Push | MalformedPush> {
  const plain = plainBody(body, encoding);
  if (plain === undefined) return malformed(`the content encoding ${encoding ?? ""} is not supported`);
  try {
    return await readCommands(plain[Symbol.asyncIterator]());
  } catch (error) {
    if (isBrokenGzip(error)) return malformed(brokenEncoding);
    throw error;
  }
}

async function readCommands(chunks: AsyncIterator<Uint8Array>): Promise<Push | MalformedPush> {
  let seen = Buffer.alloc(0);
  const changes: PushedChange[] = [];
  let at = 0;
  for (;;) {
    const line = lineAt(seen, at);
    if (line === "malformed") return malformed("the commands of the push are malformed");
    if (line === "incomplete") {
      if (seen.byteLength > commandsBytesMax) return malformed(tooMany);
      const next = await chunks.next();
      if (next.done === true) return malformed("the push ends within its commands");
      seen = Buffer.concat([seen, next.value]);
      continue;
    }
    at = line.end;
    if (line.text === undefined) return { kind: "push", changes, body: rejoined(seen, chunks) };
    const [, objectId, reference] = command.exec(line.text) ?? [];
    if (changes.length === changesMax) return malformed(tooMany);
    if (objectId !== undefined && reference !== undefined) changes.push({ reference, objectId });
    else if (!shallow.test(line.text)) return malformed("the push has a command that is not supported");
  }
}

/** One line and where the next begins; a flush has no text. */
function lineAt(bytes: Buffer, at: number): { text: string | undefined; end: number } | "incomplete" | "malformed" {
  if (bytes.byteLength < at + 4) return "incomplete";
  const digits = bytes.toString("latin1", at, at + 4);
  if (!/^[0-9a-fA-F]{4}$/.test(digits)) return "malformed";
  const length = Number.parseInt(digits, 16);
  if (length === 0) return { text: undefined, end: at + 4 };
  if (length <= 4) return "malformed";
  if (bytes.byteLength < at + length) return "incomplete";
  const whole = bytes.toString("utf8", at + 4, at + length);
  // The first command carries the client's capabilities behind a zero byte.
  const zero = whole.indexOf("\0");
  return { text: (zero < 0 ? whole : whole.slice(0, zero)).replace(/\n$/, ""), end: at + length };
}

async function* rejoined(seen: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield seen;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

function malformed(message: string): MalformedPush {
  return { kind: "malformed", message };
}
