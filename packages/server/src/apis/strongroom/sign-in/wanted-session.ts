import type { SignInResponse } from "@strongroom/admin-api";
import { AwsError, integer, text } from "@strongroom/wire";
import { isSessionRefused, type Access, type TemporaryCredentials, type User } from "../../../access/index.ts";
import type { ServerCall } from "../../operation.ts";

/** Members that SignIn and ContinueSignIn share. */
export const wantedSessionMembers = {
  Role: text({ min: 1, max: 2048, pattern: /[\w+=,.@:/-]+/ }),
  DurationSeconds: integer({ min: 900, max: 43_200 }),
};

export interface WantedSession {
  readonly Role?: string;
  readonly DurationSeconds?: number;
}

/** A working day, where nothing else is asked for. */
const ownSecondsDefault = 8 * 3600;

/** The session that somebody signed in for: the person's own, or a role's, which has to trust the person. */
export function begunSession(
  access: Pick<Access, "sessions" | "roles">,
  { user, mfaAt }: { readonly user: User; readonly mfaAt: number | undefined },
  { Role, DurationSeconds }: WantedSession,
  call: ServerCall,
): SignInResponse {
  const SecondFactorShown = mfaAt !== undefined;
  if (Role === undefined) {
    const seconds = DurationSeconds ?? ownSecondsDefault;
    const given = access.sessions.issueForUser(user, { seconds, mfaAt, isSignIn: true });
    return { ...credentialsAnswer(given), Arn: user.arn, SecondFactorShown };
  }
  const roleArn = arnOf(Role, access, call);
  const asked = { roleArn, sessionName: user.name, durationSeconds: DurationSeconds };
  const begun = access.sessions.assumeFor({ ...asked, user, mfaAt, request: call.authority });
  if (isSessionRefused(begun)) {
    throw new AwsError({ code: "ValidationException", message: begun.message, status: 400 });
  }
  return { ...credentialsAnswer(begun.credentials), Arn: begun.sessionArn, SecondFactorShown };
}

/** A role by its name has the path that it has. */
function arnOf(role: string, access: Pick<Access, "roles">, { accountId }: ServerCall): string {
  if (role.startsWith("arn:")) return role;
  const found = access.roles.get(role);
  return "arn" in found ? found.arn : `arn:aws:iam::${accountId}:role/${role}`;
}

function credentialsAnswer(given: TemporaryCredentials) {
  return {
    AccessKeyId: given.accessKeyId,
    SecretAccessKey: given.secretAccessKey,
    SessionToken: given.sessionToken,
    Expiration: given.expiration.toISOString(),
  };
}
