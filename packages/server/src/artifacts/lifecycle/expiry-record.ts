import type { TrailEvent } from "../../audit/index.ts";
import { timedId, uuid } from "../../platform/index.ts";
import type { Clock } from "../../platform/index.ts";
import { bucketArn, objectArn } from "../buckets/bucket-name.ts";
import type { Expired, Expiry } from "./expiries.ts";

/** Where the server is that acts by itself. */
export interface Realm {
  readonly region: string;
  readonly accountId: string;
  readonly clock: Clock;
}

const service = "s3.amazonaws.com";

/**
 * ⑤ What the trail says of an expiry before it happens. No person asked for it: the service did it, by a rule of
 * the bucket. AWS tells it in the access log alone, as S3.EXPIRE.OBJECT, S3.CREATE.DELETEMARKER and S3.DELETE.UPLOAD.
 */
export function intentOf({ region, accountId, clock }: Realm, bucketName: string, expiry: Expiry): TrailEvent {
  const { kind, ruleId } = expiry;
  const now = clock.now();
  const { key } = kind === "upload" ? expiry.upload : expiry.version;
  return {
    eventTime: now.toISOString(),
    eventSource: service,
    eventName: kind === "upload" ? "DeleteUpload" : "ExpireObject",
    userIdentity: { type: "AWSService", accountId, invokedBy: service },
    sourceIPAddress: service,
    userAgent: service,
    requestID: timedId(now),
    eventID: uuid(),
    requestParameters: {
      bucketName,
      key,
      ...(kind === "upload" ? { uploadId: expiry.upload.id } : { versionId: expiry.version.versionId }),
      lifecycleRuleId: ruleId,
    },
    readOnly: false,
    category: "Data",
    resources: [
      { type: "AWS::S3::Object", ARN: objectArn(bucketName, key) },
      { type: "AWS::S3::Bucket", ARN: bucketArn(bucketName), accountId },
    ],
    awsRegion: region,
    recipientAccountId: accountId,
    phase: "intent",
  };
}

/** ⑤ what came of it. */
export function outcomeOf(realm: Realm, intent: TrailEvent, expired: Expired): TrailEvent {
  const outcome = ended(realm, intent);
  if (expired.kind === "refused") {
    const errorCode = expired.reason === "locked" ? "AccessDenied" : "PreconditionFailed";
    return { ...outcome, errorCode, errorMessage: expired.message };
  }
  const { markerVersionId } = expired;
  if (markerVersionId === undefined) return outcome;
  return { ...outcome, responseElements: { deleteMarker: true, versionId: markerVersionId } };
}

/** ⑤ nothing came of it, nor of what was to end with it. */
export function failureOf(realm: Realm, intent: TrailEvent): TrailEvent {
  return { ...ended(realm, intent), errorCode: "InternalFailure" };
}

function ended({ clock }: Realm, intent: TrailEvent): TrailEvent {
  return { ...intent, eventTime: clock.now().toISOString(), eventID: uuid(), phase: "outcome" };
}
