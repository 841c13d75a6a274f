import type { TrailEvent } from "./audit/index.ts";
import type { Foundations } from "./foundations.ts";
import { uuid } from "./platform/index.ts";

/**
 * ② takes every service control policy off, for whoever holds the host and the secret that unseals the
 * environment: they stand outside of its policies, as AWS's management account does. ⑤ the trail says so.
 */
export async function liftGuardrails({ access, trail, clock, config }: Foundations): Promise<void> {
  const event: Omit<TrailEvent, "phase"> = {
    eventTime: clock.now().toISOString(),
    eventSource: "organizations.amazonaws.com",
    eventName: "LiftGuardrails",
    userIdentity: { type: "AWSService", invokedBy: "strongroom.amazonaws.com" },
    sourceIPAddress: "strongroom.amazonaws.com",
    userAgent: undefined,
    requestID: uuid(),
    eventID: uuid(),
    requestParameters: { reason: "the server was started with --lift-guardrails" },
    readOnly: false,
    awsRegion: config.region,
    recipientAccountId: config.accountId,
  };
  await trail.record({ ...event, phase: "intent" });
  const lifted = access.organization.liftAll();
  await trail.record({ ...event, eventID: uuid(), responseElements: { detachedPolicies: lifted }, phase: "outcome" });
}
