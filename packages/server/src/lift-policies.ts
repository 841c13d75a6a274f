import type { TrailEvent } from "./audit/index.ts";
import { CannotStart } from "./data-folder.ts";
import type { Foundations } from "./foundations.ts";
import { uuid } from "./platform/index.ts";

/**
 * ② takes every service control policy off, for whoever holds the host and the secret that unseals the
 * environment: they stand outside of its policies, as AWS's management account does. ⑤ the trail says so.
 */
export async function liftGuardrails(foundations: Foundations): Promise<void> {
  const event = {
    eventSource: "organizations.amazonaws.com",
    eventName: "LiftGuardrails",
    requestParameters: { reason: "the server was started with --lift-guardrails" },
  };
  await recorded(foundations, event, () => ({ detachedPolicies: foundations.access.organization.liftAll() }));
}

/**
 * ② takes a bucket's policy off, for the same people: it may keep everybody from changing it, and AWS's root user,
 * whom it would not keep from that, has no access key here. ⑤ the trail says so. Throws CannotStart where there is no
 * such bucket, or no policy on it.
 */
export async function liftBucketPolicy(foundations: Foundations, bucketName: string): Promise<void> {
  const { buckets } = foundations.s3;
  const bucket = buckets.find(bucketName);
  if (bucket === undefined) throw new CannotStart(`--lift-bucket-policy: there is no bucket ${bucketName}`);
  const policy = buckets.policy(bucket);
  if (policy === undefined) throw new CannotStart(`--lift-bucket-policy: the bucket ${bucketName} has no policy`);
  const event = {
    eventSource: "s3.amazonaws.com",
    eventName: "LiftBucketPolicy",
    requestParameters: { bucketName, reason: "the server was started with --lift-bucket-policy" },
  };
  await recorded(foundations, event, () => {
    buckets.setPolicy(bucketName, undefined);
    return { bucketPolicy: policy };
  });
}

type Lift = Pick<TrailEvent, "eventSource" | "eventName" | "requestParameters">;

async function recorded(
  { trail, clock, config }: Foundations,
  lift: Lift,
  act: () => TrailEvent["responseElements"],
): Promise<void> {
  const event: Omit<TrailEvent, "phase"> = {
    ...lift,
    eventTime: clock.now().toISOString(),
    userIdentity: { type: "AWSService", invokedBy: "strongroom.amazonaws.com" },
    sourceIPAddress: "strongroom.amazonaws.com",
    userAgent: undefined,
    requestID: uuid(),
    eventID: uuid(),
    readOnly: false,
    awsRegion: config.region,
    recipientAccountId: config.accountId,
  };
  await trail.record({ ...event, phase: "intent" });
  const responseElements = act();
  await trail.record({ ...event, eventID: uuid(), responseElements, phase: "outcome" });
}
