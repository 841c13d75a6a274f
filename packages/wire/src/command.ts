import type { Readable } from "node:stream";

/**
 * What an operation needs of a command class of the official clients: enough to infer the types of
 * its input and output, and (at run time) its schema.
 */
export type CommandClass<I extends object, O extends object> = new (input: I) => {
  readonly input: I;
  readonly schema?: unknown;
  resolveMiddleware(stack: never, configuration: never, options: never): (args: never) => Promise<{ output: O }>;
};

type Atom = string | number | boolean | bigint | Date;
export type Holds<T, U> = [Extract<T, U>] extends [never] ? false : true;

/** The clients let a blob in memory be given as a stream too; only such a union has an ArrayBuffer. */
export type IsStream<T> = Holds<T, ArrayBuffer> extends true ? false : Holds<T, Readable>;

/**
 * The input of an operation as its handler sees it, after the checks: what the model requires is
 * there, blobs are bytes, and a streaming member is the body itself, not yet read.
 */
export type Validated<T> = T extends Atom
  ? T
  : T extends { $unknown: unknown }
    ? T extends { $unknown: [string, unknown] }
      ? never
      : ValidatedMembers<T>
    : T extends readonly (infer U)[]
      ? readonly Validated<U>[]
      : ValidatedMembers<T>;

type ValidatedMembers<T> = { readonly [K in keyof T]: Received<Exclude<T[K], undefined>> };

type Received<T> =
  IsStream<T> extends true ? AsyncIterable<Uint8Array> : Holds<T, Uint8Array> extends true ? Uint8Array : Validated<T>;

/**
 * The output of an operation as its handler gives it: what the model requires must be there,
 * `$metadata` is not the handler's, and a streaming member may be bytes or a stream of bytes.
 */
export type Answer<T> = T extends Atom ? T : T extends readonly (infer U)[] ? readonly Answer<U>[] : AnswerMembers<T>;

type AnswerMembers<T> = {
  readonly [K in keyof T as K extends "$metadata" ? never : K]:
    Sent<Exclude<T[K], undefined>> | (Partial<Pick<T, K>> extends Pick<T, K> ? undefined : never);
};

type Sent<T> =
  IsStream<T> extends true
    ? AsyncIterable<Uint8Array> | Uint8Array
    : Holds<T, Uint8Array> extends true
      ? Uint8Array
      : T extends AsyncIterable<infer E>
        ? AsyncIterable<Answer<E>>
        : Answer<T>;
