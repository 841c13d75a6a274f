/** A schema of the official clients: a nested array, or a number for a scalar (see shape.ts). */
export type Schema = unknown;

export interface OperationSchema {
  readonly name: string;
  readonly namespace: string;
  readonly traits: unknown;
  readonly input: Schema;
  readonly output: Schema;
}

/** The schema of a command class; a command is built once for it, with no input. */
export function schemaOfCommand(command: new (input: never) => { readonly schema?: unknown }): OperationSchema {
  const { schema } = new command({} as never);
  const read = readOperationSchema(schema);
  if (read === undefined) throw new TypeError(`${command.name} carries no operation schema`);
  return read;
}

export function readOperationSchema(schema: unknown): OperationSchema | undefined {
  if (!Array.isArray(schema) || schema[0] !== 9) return undefined;
  const [, namespace, name, traits, input, output] = schema as [9, string, string, ...unknown[]];
  return { name, namespace, traits, input, output };
}
