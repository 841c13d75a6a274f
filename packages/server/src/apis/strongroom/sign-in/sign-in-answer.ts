import type { SignInResponse } from "@strongroom/admin-api";
import { AwsError } from "@strongroom/wire";
import type { Access, SignInOutcome } from "../../../access/index.ts";
import type { ServerCall } from "../../operation.ts";
import { begunSession, type WantedSession } from "./wanted-session.ts";

/** A session, or what is wanted before there is one. ② What failed is not told. */
export function signInAnswer(
  access: Pick<Access, "sessions" | "roles">,
  outcome: SignInOutcome,
  wanted: WantedSession,
  call: ServerCall,
): SignInResponse {
  if (outcome.kind === "signed-in") return begunSession(access, outcome, wanted, call);
  if (outcome.kind !== "next") throw refusalOf(outcome);
  return outcome.wants === "new-password"
    ? { Wanted: "NEW_PASSWORD", Step: outcome.step }
    : { Wanted: "SECOND_FACTOR", Step: outcome.step, AuthenticatorUri: outcome.uri };
}

type Refused = Exclude<SignInOutcome, { kind: "signed-in" | "next" }>;

function refusalOf(outcome: Refused): AwsError {
  switch (outcome.kind) {
    case "failed":
      return error("SignInFailedException", "The user name, the password or the code is not right.", 403);
    case "blocked": {
      const until = outcome.until.toISOString().slice(0, 19).replace("T", " ");
      return error("TooManyTriesException", `Too many tries have failed. Try again after ${until} UTC.`, 429);
    }
    case "busy":
      return error("ThrottlingException", "Too many people sign in at the moment. Try again in a few seconds.", 429);
    case "expired":
      return error("PasswordExpiredException", "The password has expired; an administrator sets a new one.", 403);
    case "not-taken": {
      const { reason, message } = outcome.refusal;
      return error(codes[reason] ?? "ValidationException", message, 400);
    }
  }
}

const codes: Readonly<Partial<Record<string, string>>> = {
  "password-policy": "PasswordPolicyViolationException",
  "invalid-code": "InvalidAuthenticationCodeException",
};

function error(code: string, message: string, status: number): AwsError {
  return new AwsError({ code, message, status });
}
