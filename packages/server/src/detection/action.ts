/** A call that a rule makes. */
export interface RuleAction {
  /** `sagemaker` */
  readonly service: string;
  /** `StopTrainingJob` */
  readonly operation: string;
  /** What the operation is given, or why there is nothing to give. */
  readonly input: object | { readonly fault: string };
  readonly roleArn: string;
  readonly rule: { readonly name: string; readonly arn: string };
  /** The event that the rule acts upon, as the trail names it. */
  readonly eventId: string;
  /** ARNs of the rules that acted one upon another's action, this one last. */
  readonly chain: readonly string[];
  /** For whoever meets the result, such as a job's FailureReason. */
  readonly reason: string;
}

/** How the call ended; an error is one of the operation's own, or `AccessDenied`. */
export interface ActionOutcome {
  readonly errorCode?: string | undefined;
}

/** Makes the call as the action's role; whatever comes of it is in the trail when it returns. */
export type Perform = (action: RuleAction) => Promise<ActionOutcome>;

interface KnownAction {
  readonly service: string;
  readonly operation: string;
  /** What has been done, for the reason that is given. */
  readonly verb: string;
}

/**
 * ② all that a rule can do: contain what happened. AWS knows calls as targets in EventBridge Scheduler
 * only; rules take them here in the same form, since there is no function that could make them.
 */
const known: readonly KnownAction[] = [
  { service: "sagemaker", operation: "StopTrainingJob", verb: "Stopped" },
  { service: "sagemaker", operation: "StopProcessingJob", verb: "Stopped" },
  { service: "sagemaker", operation: "DeleteModel", verb: "Deleted" },
  { service: "sagemaker", operation: "DeleteEndpoint", verb: "Deleted" },
  { service: "sagemaker", operation: "DeleteEndpointConfig", verb: "Deleted" },
  { service: "iam", operation: "UpdateAccessKey", verb: "Changed" },
];

const byArn = new Map(known.map((action) => [arnOf(action), action]));

function arnOf({ service, operation }: KnownAction): string {
  return `arn:aws:scheduler:::aws-sdk:${service}:${operation.charAt(0).toLowerCase()}${operation.slice(1)}`;
}

export function knownAction(targetArn: string): KnownAction | undefined {
  return byArn.get(targetArn);
}

export function knownActionArns(): string[] {
  return [...byArn.keys()];
}

const reasonCharactersMax = 1024;

/** `Stopped by the rule no-network: CreateTrainingJob had no vpcConfig (event 1b4e…)` */
export function reasonFor(
  verb: string,
  rule: { readonly name: string; readonly description?: string | undefined },
  eventId: string,
): string {
  const suffix = ` (event ${eventId})`;
  const why = rule.description === undefined || rule.description === "" ? "" : `: ${rule.description}`;
  return `${verb} by the rule ${rule.name}${why}`.slice(0, reasonCharactersMax - suffix.length) + suffix;
}
