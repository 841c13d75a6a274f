import type { SignInOutcome } from "../../../access/index.ts";
import type { Trail, UserIdentity } from "../../../audit/index.ts";
import { uuid } from "../../../platform/index.ts";
import type { ServerCall } from "../../operation.ts";

const unknownName = "HIDDEN_DUE_TO_SECURITY_REASONS";

/**
 * ⑤ Every try to sign in, spelled as CloudTrail spells those at AWS's console: who, from where, and whether it
 * held. A name that nobody has is left out, since it may be a password.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html
 */
export async function recordSignIn(
  trail: Pick<Trail, "record">,
  outcome: SignInOutcome,
  call: ServerCall,
): Promise<void> {
  const { origin } = call.authority;
  const failure = failureOf(outcome);
  const mfaUsed = outcome.kind === "signed-in" && outcome.mfaAt !== undefined;
  await trail.record({
    eventTime: call.now.toISOString(),
    eventSource: "signin.amazonaws.com",
    eventName: "ConsoleLogin",
    userIdentity: identityOf(outcome, call),
    sourceIPAddress: origin.kind === "host" ? origin.sourceIp : origin.vpcSourceIp,
    userAgent: call.headers["user-agent"],
    requestID: uuid(),
    eventID: uuid(),
    requestParameters: undefined,
    responseElements: { ConsoleLogin: failure === undefined ? "Success" : "Failure" },
    ...(failure === undefined ? {} : { errorMessage: failure }),
    additionalEventData: { MFAUsed: mfaUsed ? "Yes" : "No", signInRequestID: call.requestId },
    readOnly: false,
    awsRegion: call.region,
    recipientAccountId: call.accountId,
    phase: "outcome",
  });
}

function failureOf(outcome: SignInOutcome): string | undefined {
  switch (outcome.kind) {
    case "signed-in":
      return undefined;
    case "next":
      return outcome.wants === "new-password" ? "A new password is wanted first" : "A second factor is wanted first";
    case "failed":
      return "Failed authentication";
    case "blocked":
      return "Too many failed tries";
    case "busy":
      return "Too many people at once";
    case "expired":
      return "The password has expired";
    case "not-taken":
      return outcome.refusal.message;
  }
}

function identityOf({ user }: SignInOutcome, { accountId }: ServerCall): UserIdentity {
  if (user === undefined) return { type: "IAMUser", accountId, userName: unknownName };
  return { type: "IAMUser", principalId: user.id, arn: user.arn, accountId, userName: user.name };
}
