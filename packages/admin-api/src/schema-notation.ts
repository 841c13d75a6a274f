/**
 * The notation of the official clients' run-time schemas, as far as the service `strongroom` needs it:
 * operation `[9, namespace, name, traits, input, output]`, structure
 * `[3, namespace, name, traits, members, schemas, required]`; 0 is a string, 1 a number, 2 a boolean.
 */
const namespace = "com.strongroom.admin";

export const text = 0;
export const number = 1;
export const flag = 2;
/** A string that no record shows. */
export const secret = [0, namespace, "Secret", 8, text] as const;

type Member = readonly [name: string, schema: number | typeof secret];

/** Required members come first, as the notation wants it. */
export function structure(name: string, required: readonly Member[], optional: readonly Member[] = []) {
  const members = [...required, ...optional];
  return [
    3,
    namespace,
    name,
    0,
    members.map(([member]) => member),
    members.map(([, schema]) => schema),
    required.length,
  ] as const;
}

export const operationOf = (name: string, input: unknown, output: unknown) =>
  [9, namespace, name, 0, () => input, () => output] as const;

/** The shape that a command class has for the wire: its input and output as types, its schema as a value. */
interface CommandOf<I extends object, O extends object> {
  readonly input: I;
  readonly schema: unknown;
  resolveMiddleware(stack: never, configuration: never, options: never): (args: never) => Promise<{ output: O }>;
}

type CommandConstructor<I extends object, O extends object> = new (input: I) => CommandOf<I, O>;

export function commandOf<I extends object, O extends object>(schema: unknown): CommandConstructor<I, O> {
  return class implements CommandOf<I, O> {
    readonly input: I;
    readonly schema = schema;
    constructor(input: I) {
      this.input = input;
    }
    resolveMiddleware(): never {
      throw new Error("this command is sent by AdminClient");
    }
  };
}
