import type { Principal } from "./authority.ts";

/** The few operations of STS that sessions of users, or of those they vouch for, may call. */
const stsForUserSessions: readonly string[] = ["AssumeRole", "GetCallerIdentity"];
const stsForFederatedUsers: readonly string[] = ["GetCallerIdentity"];

/**
 * What AWS does not let the credentials of GetSessionToken and GetFederationToken call, whatever policies
 * say: IAM (but with a second factor, for the former), and most of STS.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html
 */
export function limitOfSession(
  principal: Principal,
  service: string,
  operation: string,
): { readonly code: string; readonly message: string } | undefined {
  if (service !== "iam" && service !== "sts") return undefined;
  if (principal.kind === "federated-user") {
    if (service === "sts" && stsForFederatedUsers.includes(operation)) return undefined;
    return refusal(`Credentials of GetFederationToken cannot call ${service}:${operation}.`);
  }
  if (principal.kind !== "user" || principal.session === undefined) return undefined;
  if (service === "sts" && stsForUserSessions.includes(operation)) return undefined;
  if (service === "iam" && principal.session.mfaAt !== undefined) return undefined;
  const exception = service === "iam" ? " unless a second factor was shown for them" : "";
  return refusal(`Credentials of GetSessionToken cannot call ${service}:${operation}${exception}.`);
}

function refusal(why: string) {
  return { code: "InvalidClientTokenId", message: `The security token included in the request is invalid. ${why}` };
}
