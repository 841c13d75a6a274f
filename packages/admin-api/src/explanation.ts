/** What ExplainRequest tells, as JSON. */
export interface RequestExplanation {
  /** A CloudTrail event record. */
  readonly event: ExplainedEvent;
  /** Every decision, in order. */
  readonly decisions: readonly ExplainedDecision[];
  /** How many more there were, where there were too many to keep. */
  readonly leftOut?: { readonly allowed: number; readonly denied: number } | undefined;
  /** The denials step by step, the one that ended the request first. */
  readonly denials: readonly ExplainedDenial[];
}

export interface ExplainedEvent {
  readonly eventTime: string;
  readonly eventSource: string;
  readonly eventName: string;
  readonly userIdentity: { readonly type: string; readonly arn?: string; readonly accessKeyId?: string };
  readonly sourceIPAddress: string;
  readonly vpcEndpointId?: string;
  readonly userAgent?: string;
  readonly requestID: string;
  readonly requestParameters?: Readonly<Record<string, unknown>>;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  readonly additionalEventData: { readonly phase: "intent" | "outcome" };
}

export interface ExplainedDecision {
  readonly action: string;
  readonly resource: string;
  readonly outcome: "allowed" | "explicit-deny" | "implicit-deny";
  /** The kind of policy that decided, or that has no allow. */
  readonly by: string;
  readonly policy?: string;
  readonly statement?: string;
}

export interface ExplainedDenial {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly because: string;
  readonly steps: readonly ExplainedStep[];
  readonly keys: Readonly<Record<string, readonly string[]>>;
  readonly shortened?: true;
  /** What would have to change, a sentence each. */
  readonly remedies: readonly string[];
}

export interface ExplainedStep {
  readonly kind: string;
  /** Of service control policies: 0 is the organization's root, 1 the account. */
  readonly level?: number;
  readonly conclusion: "explicit-deny" | "allow" | "no-allow" | "not-asked";
  readonly why?: string;
  readonly policies: readonly {
    readonly policy: string;
    readonly statements: readonly ExplainedStatement[];
    readonly aboutOtherActions?: number;
  }[];
}

export interface ExplainedStatement {
  readonly statement: string;
  readonly effect: "Allow" | "Deny";
  readonly applies: boolean;
  readonly failed?: "principal" | "action" | "resource" | "condition" | "fault";
  readonly conditions?: readonly ExplainedCondition[];
}

export interface ExplainedCondition {
  readonly operator: string;
  readonly key: string;
  readonly wanted: readonly string[];
  /** null where the request does not have the key. */
  readonly present: readonly string[] | null;
  readonly held: boolean;
}

/** One of what ListRefusals lists. */
export interface ListedRefusal {
  readonly requestID: string;
  readonly eventTime: string;
  readonly eventSource: string;
  readonly eventName: string;
  readonly principal?: string;
  readonly action?: string;
  readonly resource?: string;
  readonly because?: string;
}
