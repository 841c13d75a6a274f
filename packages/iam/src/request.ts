/**
 * Condition keys of one request. Key names are asked for in lower case, since they are not
 * case-sensitive; a key that is absent, or has no values, is answered with undefined.
 */
export interface ContextLookup {
  get(lowerCaseKey: string): readonly string[] | undefined;
}

/** Who asks. The ids are those that policies name principals by once they are stored; whoever has none matches no id. */
export type Requester =
  | { readonly kind: "root"; readonly arn: string; readonly accountId: string }
  | {
      readonly kind: "user";
      readonly arn: string;
      readonly accountId: string;
      /** AIDA… */
      readonly userId?: string;
    }
  | {
      readonly kind: "role-session";
      /** arn:aws:sts::<account>:assumed-role/<role>/<session> */
      readonly arn: string;
      readonly roleArn: string;
      readonly accountId: string;
      /** AROA…:<session name> */
      readonly userId?: string;
    }
  | {
      readonly kind: "federated-user";
      /** arn:aws:sts::<account>:federated-user/<name> */
      readonly arn: string;
      readonly accountId: string;
      /** The user who asked for the session, and whose identity policies count. */
      readonly userArn: string;
      /** AIDA… of that user. */
      readonly issuerId?: string;
    }
  /** Somebody whom an identity provider vouches for, before a role is taken on; `arn` is the provider's. */
  | { readonly kind: "web-identity"; readonly arn: string; readonly accountId: string }
  /** A service in its own name, such as sagemaker.amazonaws.com when it takes on a role. */
  | { readonly kind: "service"; readonly arn: string; readonly accountId: string }
  /** Nobody in particular: a request without a signature. */
  | { readonly kind: "anonymous"; readonly arn: string; readonly accountId: "" };

export interface AccessRequest {
  readonly principal: Requester;
  /** `service:Action`; not case-sensitive. */
  readonly action: string;
  /** An ARN, or `*` for actions that concern no single resource. Case-sensitive. */
  readonly resource: string;
  readonly resourceAccountId: string;
  readonly context: ContextLookup;
}

/** A lookup over plain members; key names are lowered once, empty lists count as absent. */
export function contextOf(members: Readonly<Record<string, string | readonly string[]>>): ContextLookup {
  const values = new Map<string, readonly string[]>();
  for (const [key, value] of Object.entries(members)) {
    const list = typeof value === "string" ? [value] : value;
    if (list.length > 0) values.set(key.toLowerCase(), list);
  }
  return values;
}

/**
 * Asks for each key once. A decision asks for the same few keys for many statements, and an answer may have
 * to be put together out of tags and facts.
 */
export class RememberedContext implements ContextLookup {
  readonly #context: ContextLookup;
  readonly #values = new Map<string, readonly string[] | undefined>();

  constructor(context: ContextLookup) {
    this.#context = context;
  }

  get(lowerCaseKey: string): readonly string[] | undefined {
    const known = this.#values.get(lowerCaseKey);
    if (known !== undefined || this.#values.has(lowerCaseKey)) return known;
    const values = this.#context.get(lowerCaseKey);
    this.#values.set(lowerCaseKey, values);
    return values;
  }
}
