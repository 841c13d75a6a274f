/**
 * What the naive evaluator reads: documents as they stand, and a request with its facts. It is a second
 * evaluator, as simple and slow as it can be, straight from AWS's rules and without a line of the
 * real one. Where the two disagree, one of them is wrong.
 */
export interface NaiveStatement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action?: readonly string[];
  readonly NotAction?: readonly string[];
  readonly Resource?: readonly string[];
  readonly NotResource?: readonly string[];
  readonly Principal?: NaivePrincipal;
  readonly NotPrincipal?: NaivePrincipal;
  readonly Condition?: NaiveConditionBlock;
  /** An element that does not exist. */
  readonly Conditions?: object;
}

export type NaivePrincipal = "*" | Readonly<Record<string, readonly string[]>>;
/** Operator, key, values. */
export type NaiveConditionBlock = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

export interface NaiveDocument {
  readonly Version?: string;
  readonly Statement: readonly NaiveStatement[];
}

export type NaiveUse = "identity" | "resource" | "trust" | "endpoint";
export type NaiveContext = Readonly<Record<string, readonly string[]>>;

export interface NaiveAsker {
  readonly kind: "root" | "user" | "role-session" | "federated-user" | "web-identity" | "service" | "anonymous";
  readonly arn: string;
  readonly account: string;
  /** The role of a role's session, or the user who asked for a federated user's. */
  readonly behind?: string;
}

export interface NaiveRequest {
  readonly asker: NaiveAsker;
  readonly ownerAccount: string;
  readonly action: string;
  readonly resource: string;
  /** Keys in lower case. */
  readonly context: NaiveContext;
}

export interface NaivePolicies {
  readonly organization: readonly (readonly NaiveDocument[])[];
  readonly endpoint: NaiveDocument | undefined;
  readonly resource: NaiveDocument | undefined;
  readonly resourceUse: "resource" | "trust";
  readonly authoritative: boolean;
  readonly identity: readonly NaiveDocument[];
  readonly boundary: NaiveDocument | undefined;
  readonly session: readonly NaiveDocument[];
}

/** Called with a name for everything that a decision met, so that it can be seen what was tried at all. */
export type Note = (feature: string) => void;
