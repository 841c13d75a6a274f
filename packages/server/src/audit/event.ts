/**
 * What one record of the trail says, spelled as in AWS CloudTrail's event records, so that tools that
 * read those read these.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
export interface TrailEvent {
  /** ISO 8601, UTC. */
  readonly eventTime: string;
  /** `sagemaker.amazonaws.com`, … */
  readonly eventSource: string;
  readonly eventName: string;
  readonly userIdentity: UserIdentity;
  readonly sourceIPAddress: string;
  /** As the client says it; as in CloudTrail, what is longer than 1 KB is cut there. */
  readonly userAgent: string | undefined;
  readonly requestID: string;
  readonly eventID: string;
  /** The input's members in lowerCamelCase; secrets and bodies are not among them. */
  readonly requestParameters: Readonly<Record<string, unknown>> | undefined;
  readonly responseElements?: Readonly<Record<string, unknown>> | undefined;
  readonly errorCode?: string | undefined;
  /** As in CloudTrail, cut at 1 KB: it may say back what the client said. */
  readonly errorMessage?: string | undefined;
  readonly readOnly: boolean;
  readonly resources?: readonly EventResource[] | undefined;
  /** What a service tells of by itself. */
  readonly serviceEventDetails?: Readonly<Record<string, unknown>> | undefined;
  /** What AWS has no member for: what was decided about the request. */
  readonly additionalEventData?: Readonly<Record<string, unknown>> | undefined;
  /** How each denial came about, policy by policy. It is for whoever may ask for it, and no part of a CloudTrail record. */
  readonly denials?: readonly unknown[] | undefined;
  readonly vpcEndpointId?: string | undefined;
  /** What is done inside of things, such as reading an object; absent where it is about the things themselves. */
  readonly category?: "Data" | undefined;
  readonly awsRegion: string;
  readonly recipientAccountId: string;
  /**
   * A call that changes something has two records, before it acts and after; any other has the second. A notice is
   * about something that happened to a thing, and is for rules on events: the call has its own records beside it.
   */
  readonly phase: "intent" | "outcome" | "notice";
}

export interface UserIdentity {
  readonly type: "Root" | "IAMUser" | "AssumedRole" | "FederatedUser" | "WebIdentityUser" | "AWSService" | "Unknown";
  readonly principalId?: string | undefined;
  readonly arn?: string | undefined;
  readonly accountId?: string | undefined;
  /** At most 128 bytes, as the longest access key id: somebody who is not known yet may send anything for one. */
  readonly accessKeyId?: string | undefined;
  readonly userName?: string | undefined;
  /** The service that acts by itself, where `type` is AWSService. */
  readonly invokedBy?: string | undefined;
  /** ARN of the provider that vouched for a web identity. */
  readonly identityProvider?: string | undefined;
  readonly sessionContext?: Readonly<Record<string, unknown>> | undefined;
}

export interface EventResource {
  readonly ARN: string;
  readonly accountId?: string | undefined;
  readonly type?: string | undefined;
}

/** Bytes in UTF-8 of what a client chooses freely, known or not; the first is CloudTrail's bound on each member. */
const textBytesMax = 1024;
const accessKeyIdBytesMax = 128;

const utf8 = new TextEncoder();

/** The event with every such text cut to its bound, which is how it is recorded and how rules see it. */
export function withBoundedTexts(event: TrailEvent): TrailEvent {
  const userAgent = cutAt(event.userAgent, textBytesMax);
  const errorMessage = cutAt(event.errorMessage, textBytesMax);
  const accessKeyId = cutAt(event.userIdentity.accessKeyId, accessKeyIdBytesMax);
  return {
    ...event,
    userAgent,
    ...(errorMessage === undefined ? {} : { errorMessage }),
    ...(accessKeyId === undefined ? {} : { userIdentity: { ...event.userIdentity, accessKeyId } }),
  };
}

/** As much of a text's beginning as fits, in whole code points. */
function cutAt(text: string | undefined, bytesMax: number): string | undefined {
  // Three bytes are the most that one unit of a string takes.
  if (text === undefined || text.length * 3 <= bytesMax) return text;
  return text.slice(0, utf8.encodeInto(text, new Uint8Array(bytesMax)).read);
}

/** What one event may take; CloudTrail's own bound. */
const eventBytesMax = 256 * 1024;

/** The event as JSON bytes; an event that would be too long loses its parameters, and says so. */
export function encodeEvent(event: TrailEvent): Buffer {
  const whole = Buffer.from(JSON.stringify(event));
  if (whole.length <= eventBytesMax) return whole;
  const omitted = { omitted: true, originalSize: whole.length, reason: "the event exceeds 256 KiB" };
  const { responseElements, errorMessage, resources, ...rest } = event;
  return Buffer.from(
    JSON.stringify({
      ...rest,
      requestParameters: omitted,
      denials: undefined,
      ...(responseElements === undefined ? {} : { responseElements: omitted }),
      ...(errorMessage === undefined ? {} : { errorMessage }),
      ...(resources === undefined ? {} : { resources: resources.slice(0, 20) }),
    }),
  );
}

/** The event out of what encodeEvent made; undefined where the bytes are not that. */
export function decodeEvent(bytes: Uint8Array): TrailEvent | undefined {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8")) as TrailEvent;
  } catch {
    return undefined;
  }
}

/** An event as a CloudTrail event record: with the members that are the same in all of ours. */
export function cloudTrailRecord(event: TrailEvent): Record<string, unknown> {
  const { phase, additionalEventData, category, ...members } = event;
  return {
    eventVersion: "1.10",
    ...members,
    eventType: event.userIdentity.type === "AWSService" ? "AwsServiceEvent" : "AwsApiCall",
    managementEvent: category === undefined,
    eventCategory: category ?? "Management",
    additionalEventData: { ...additionalEventData, phase },
    denials: undefined,
  };
}
