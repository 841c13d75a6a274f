import { connect } from "node:net";
import { text } from "node:stream/consumers";
import type { ServerState } from "../environment.ts";
import { Failure } from "../outcome.ts";

/** What may be known of a closed seal. */
export interface SealStatus {
  readonly kind: "passphrase" | "key-file" | "pkcs11" | "shares";
  readonly shares?: { readonly threshold: number; readonly given: number };
}

export type Answer =
  | { readonly sealed: SealStatus }
  | { readonly refused: string }
  /** The seal is open; what the server says of itself, or what kept it from starting all the same. */
  | { readonly state: ServerState }
  | { readonly problem: string };

/** Asks a sealed server one thing, through the socket that its own user alone may open. */
export async function askSealedServer(path: string, question: object): Promise<Answer> {
  const socket = connect(path);
  socket.write(`${JSON.stringify(question)}\n`);
  const answer = await text(socket);
  if (answer === "") throw new Failure("the server gave no answer; its log tells why");
  return JSON.parse(answer) as Answer;
}
