import { cloudTrailRecord, type TrailEvent } from "../audit/index.ts";

/** An audit event in the frame that EventBridge gives it, which patterns and templates see. */
export interface BusEvent {
  readonly version: "0";
  readonly id: string;
  readonly "detail-type": string;
  /** `aws.sagemaker` */
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Whether rules are asked about a record: not about intents, nor about calls that only read, as with AWS. */
export function concernsRules({ phase, readOnly }: TrailEvent): boolean {
  return phase === "notice" || (phase === "outcome" && !readOnly);
}

/** The event that rules are asked about: what a service tells of by itself, or a call that changed something. */
export function busEventOf(event: TrailEvent): BusEvent | undefined {
  if (!concernsRules(event)) return undefined;
  return {
    version: "0",
    id: event.eventID,
    ...(event.phase === "notice" ? noticeOf(event) : callOf(event)),
    source: `aws.${event.eventSource.replace(/\.amazonaws\.com$/, "")}`,
    account: event.recipientAccountId,
    time: event.eventTime.replace(/\.\d+Z$/, "Z"),
    region: event.awsRegion,
  };
}

type Content = Pick<BusEvent, "detail-type" | "resources" | "detail">;

function noticeOf({ eventName, resources = [], serviceEventDetails = {} }: TrailEvent): Content {
  return { "detail-type": eventName, resources: resources.map(({ ARN }) => ARN), detail: serviceEventDetails };
}

function callOf(event: TrailEvent): Content {
  const detail = cloudTrailRecord(event);
  const what = detail["eventType"] === "AwsServiceEvent" ? "Service Event" : "API Call";
  return { "detail-type": `AWS ${what} via CloudTrail`, resources: [], detail };
}

/** ARNs of the rules whose actions led to this event, the last one last. */
export function chainOf(event: TrailEvent): readonly string[] {
  const caused = event.additionalEventData?.["rule"];
  if (typeof caused !== "object" || caused === null || !("chain" in caused) || !Array.isArray(caused.chain)) return [];
  return caused.chain.filter((arn: unknown) => typeof arn === "string");
}

const neededMembers = ["id", "account", "source", "time", "region", "resources", "detail-type"] as const;

/** What is wrong with an event that a pattern is to be tried on; undefined where nothing is. */
export function eventFault(event: unknown): string | undefined {
  if (typeof event !== "object" || event === null || Array.isArray(event)) return "it is not a JSON object";
  const missing = neededMembers.find((name) => !Object.hasOwn(event, name));
  return missing === undefined ? undefined : `it has no ${JSON.stringify(missing)}`;
}
