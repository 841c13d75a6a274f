import type { Holds, IsStream } from "./command.ts";

/** Limits of a text: lengths in characters; the pattern must match the whole value. */
export interface TextLimits {
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: RegExp;
  readonly oneOf?: readonly string[];
}

/** Inclusive bounds. */
export interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

/** How one supported member is limited. Made by the functions below, never by hand. */
export class Rule<Kind extends string, Limits> {
  readonly kind: Kind;
  readonly limits: Limits;
  constructor(kind: Kind, limits: Limits) {
    this.kind = kind;
    this.limits = limits;
  }
}

export class ListRule<R> extends Rule<"list", Bounds> {
  readonly item: R;
  constructor(item: R, limits: Bounds) {
    super("list", limits);
    this.item = item;
  }
}

export class MapRule<R> extends Rule<"map", Bounds & { readonly key?: TextRule }> {
  readonly value: R;
  constructor(value: R, limits: Bounds & { readonly key?: TextRule }) {
    super("map", limits);
    this.value = value;
  }
}

type TextRule = Rule<"text", TextLimits>;
type ChoiceRule<T extends string> = Rule<"choice", readonly T[]>;
type NumberRule = Rule<"integer" | "number", Bounds>;
type FlagRule = Rule<"flag", { readonly only?: boolean }>;
type TimestampRule = Rule<"timestamp", undefined>;
type BlobRule = Rule<"blob", Bounds>;
type StreamRule = Rule<"stream", undefined>;
type Given = Rule<"given", undefined>;

/** The rule that fits a member of type T. */
export type RuleOf<T> = Given | RuleOfPresent<Exclude<T, undefined>>;

type RuleOfPresent<T> =
  IsStream<T> extends true
    ? StreamRule
    : Holds<T, Uint8Array> extends true
      ? BlobRule
      : [T] extends [string]
        ? string extends T
          ? TextRule
          : ChoiceRule<T>
        : [T] extends [number]
          ? NumberRule
          : [T] extends [boolean]
            ? FlagRule
            : [T] extends [Date]
              ? TimestampRule
              : [T] extends [readonly (infer U)[]]
                ? ListRule<RuleOf<U>>
                : [T] extends [object]
                  ? string extends keyof T
                    ? MapRule<RuleOf<T[keyof T]>>
                    : Members<T>
                  : never;

type KeysOf<T> = T extends unknown ? keyof T : never;
type MemberOf<T, K extends PropertyKey> = T extends unknown ? (K extends keyof T ? T[K] : never) : never;

/**
 * The supported members of a structure with their limits. A member that is not named here and is
 * present in a request is refused by its name: it is never dropped.
 */
export type Members<T> = {
  readonly [K in Exclude<KeysOf<T>, "$unknown" | "$metadata">]?: RuleOf<Exclude<MemberOf<T, K>, undefined>>;
};

/** A text with limits. */
export const text = (limits: TextLimits = {}): TextRule => new Rule("text", limits);
/** One of the named values of an enumeration; values left out are refused by name. */
export const oneOf = <const T extends string>(...values: readonly T[]): ChoiceRule<T> => new Rule("choice", values);
export const integer = (bounds: Bounds = {}): NumberRule => new Rule<"integer" | "number", Bounds>("integer", bounds);
export const number = (bounds: Bounds = {}): NumberRule => new Rule<"integer" | "number", Bounds>("number", bounds);
/** `only` names the one value that is supported; the other one is refused. */
export const flag = (limits: { readonly only?: boolean } = {}): FlagRule => new Rule("flag", limits);
export const timestamp = (): TimestampRule => new Rule("timestamp", undefined);
/** Bytes in memory; bounds in bytes. */
export const blob = (bounds: Bounds = {}): BlobRule => new Rule("blob", bounds);
/** The streaming body of the request. */
export const stream = (): StreamRule => new Rule("stream", undefined);
/** A list; bounds count its items. */
export const list = <R>(item: NoInfer<R>, bounds: Bounds = {}): ListRule<R> => new ListRule(item, bounds);
/** A map of texts to values; bounds count its entries, `key` limits its keys. */
export const map = <R>(value: NoInfer<R>, limits: Bounds & { readonly key?: TextRule } = {}): MapRule<R> =>
  new MapRule(value, limits);
/** Accepted as the model shapes it, without limits of its own; all of its members are supported. */
export const given: Given = new Rule("given", undefined);
