import type { Answer, CommandClass, Validated } from "./command.ts";
import { type Check, compileMembers } from "./limits.ts";
import type { Members } from "./rule.ts";
import { type OperationSchema, schemaOfCommand } from "./schema.ts";
import { structureOf } from "./shape.ts";

/** One thing that somebody wants to do, with the condition keys that belong to this request. */
export interface Permission {
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

/** What a handler gets beside its input. `A` is the server's notion of who acts. */
export interface Call<A = unknown> {
  readonly authority: A;
  readonly requestId: string;
  readonly now: Date;
  readonly accountId: string;
  readonly region: string;
  /** Lower-case names, for the few things that the schemas do not carry. */
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Why the server makes this call by itself, for whoever meets what came of it; a caller cannot say it. */
  readonly reason?: string;
}

const openToAll = Symbol("no permission needed");

/** Said in place of permissions, with the reason, where AWS asks for none (sts:GetCallerIdentity). */
export interface NoPermissionNeeded {
  readonly [openToAll]: true;
  readonly reason: string;
}
export const noPermissionNeeded = (reason: string): NoPermissionNeeded => ({ [openToAll]: true, reason });

export interface Definition<A, I extends object, O extends object> {
  readonly members: Members<I>;
  /** ② What the caller must be allowed before the handler runs. There is no default. */
  readonly permissions:
    | ((input: Validated<I>, call: Call<A>) => readonly Permission[] | Promise<readonly Permission[]>)
    | NoPermissionNeeded;
  /** The IAM actions for the compatibility table, where `<service>:<Operation>` is not the only one. */
  readonly actions?: readonly string[];
  /**
   * Why the operation may be called without a signature, where it may: its input proves who asks. The
   * caller is then anonymous. A signature that is there is verified all the same.
   */
  readonly unsigned?: string;
  /** true (default): intent is recorded before, outcome after. false: read-only, recorded once. */
  readonly mutates?: boolean;
  /** The status of a success, where the service gives another one than its model states. */
  readonly status?: number;
  /** Lists of the output whose items stand among each other in XML, where the service mixes them: by `placed`. */
  readonly mixedLists?: readonly Extract<keyof O, string>[];
  readonly handle: (input: Validated<I>, call: Call<A>) => Promise<Answer<O>> | Answer<O>;
}

/** An operation with its types erased, as the gateway runs it. */
export interface Operation<A = unknown> {
  readonly name: string;
  readonly schema: OperationSchema;
  /** Throws Malformed where an input breaks a limit or holds what is not supported. */
  readonly check: Check;
  readonly mutates: boolean;
  readonly status: number | undefined;
  readonly mixedLists: readonly string[];
  readonly actions: readonly string[] | undefined;
  /** The reason why the operation needs no permission, where it needs none. */
  readonly openBecause: string | undefined;
  /** The reason why the operation takes requests without a signature, where it does. */
  readonly unsignedBecause: string | undefined;
  permissions(input: object, call: Call<A>): Promise<readonly Permission[]>;
  handle(input: object, call: Call<A>): Promise<object>;
}

export type DefineOperation<A> = <I extends object, O extends object>(
  command: CommandClass<I, O>,
  definition: Definition<A, NoInfer<I>, NoInfer<O>>,
) => Operation<A>;

/** operation() for a server whose callers are of type A; the server binds it once. */
export const operationFor =
  <A>(): DefineOperation<A> =>
  (command, definition) => {
    const { permissions } = definition;
    type Input = Parameters<typeof definition.handle>[0];
    const schema = schemaOfCommand(command);
    return {
      name: schema.name,
      schema,
      check: compileMembers(structureOf(schema.input), definition.members, schema.name),
      mutates: definition.mutates ?? true,
      status: definition.status,
      mixedLists: definition.mixedLists ?? [],
      actions: definition.actions,
      openBecause: typeof permissions === "function" ? undefined : permissions.reason,
      unsignedBecause: definition.unsigned,
      // The gateway hands over what decode() made for this very operation.
      permissions: async (input, call) =>
        typeof permissions === "function" ? await permissions(input as Input, call) : [],
      handle: async (input, call) => await definition.handle(input as Input, call),
    };
  };
