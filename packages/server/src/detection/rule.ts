/** The service that acts for rules, as roles' trust policies name it. */
export const eventsService = "events.amazonaws.com";

export type Tags = Readonly<Record<string, string>>;

/** What a rule does with an event that matches: one call, made as `roleArn`. */
export interface Target {
  readonly id: string;
  /** `arn:aws:scheduler:::aws-sdk:sagemaker:stopTrainingJob`, … */
  readonly arn: string;
  readonly roleArn: string;
  /** Exactly one of these three says what the call is given; JSON text, a path, or a template. */
  readonly input?: string | undefined;
  readonly inputPath?: string | undefined;
  readonly inputTransformer?: InputTransformer | undefined;
  readonly retryPolicy?: RetryPolicy | undefined;
}

export interface InputTransformer {
  /** Paths of the event by the names that the template has in angle brackets. */
  readonly paths: Readonly<Record<string, string>>;
  readonly template: string;
}

export interface RetryPolicy {
  readonly attemptsMax?: number | undefined;
  readonly ageSecondsMax?: number | undefined;
}

export interface Rule {
  readonly name: string;
  readonly arn: string;
  readonly description?: string | undefined;
  /** The event pattern as it was given. */
  readonly pattern: string;
  readonly isEnabled: boolean;
  /** The trail's length when the rule was made or last enabled: what was recorded before does not concern it. */
  readonly sinceRecord: number;
  readonly targets: readonly Target[];
  readonly tags: Tags;
}

export interface PutRule {
  readonly name: string;
  readonly description?: string | undefined;
  readonly pattern: string;
  readonly isEnabled: boolean;
  readonly tags?: Tags | undefined;
}

export interface RulePage {
  readonly rules: readonly Rule[];
  /** Give it as `after` for the next page. */
  readonly next: string | undefined;
}

export interface Refusal {
  readonly kind: "refused";
  readonly reason: "not-found" | "invalid" | "invalid-pattern" | "limit";
  readonly message: string;
}

export function refused(reason: Refusal["reason"], message: string): Refusal {
  return { kind: "refused", reason, message };
}

interface Realm {
  readonly region: string;
  readonly accountId: string;
}

export function ruleArn({ region, accountId }: Realm, name: string): string {
  return `arn:aws:events:${region}:${accountId}:rule/${name}`;
}

/** The name in a rule's ARN, also where the ARN names the bus `default`. */
export function ruleNameOf(realm: Realm, arn: string): string | undefined {
  const prefix = ruleArn(realm, "");
  if (!arn.startsWith(prefix)) return undefined;
  const [bus, name, more] = arn.slice(prefix.length).split("/");
  if (name === undefined) return bus;
  return bus === "default" && more === undefined ? name : undefined;
}
