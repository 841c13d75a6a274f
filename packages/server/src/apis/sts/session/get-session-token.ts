import { GetSessionTokenCommand } from "@aws-sdk/client-sts";
import { noPermissionNeeded } from "@strongroom/wire";
import type { Access, Principal } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { credentialsAnswer, denied } from "../answer.ts";
import * as members from "../members.ts";
import { secondFactor } from "../second-factor.ts";

const defaultSeconds = 43_200;

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html */
export const getSessionToken = (access: Pick<Access, "sessions">) =>
  operation(GetSessionTokenCommand, {
    members: {
      DurationSeconds: members.userSessionSeconds,
      SerialNumber: members.serialNumber,
      TokenCode: members.tokenCode,
    },
    permissions: noPermissionNeeded("users need none to exchange their key for one that expires; AWS asks for none"),
    handle: (input, call) => {
      const user = access.sessions.userOf(withOwnKey(call.authority.principal, "GetSessionToken"));
      if (user === undefined) throw denied("The user of this access key no longer exists.");
      const { principal } = secondFactor(access, call, input, []);
      const mfaAt = principal.kind === "user" ? principal.session?.mfaAt : undefined;
      const seconds = input.DurationSeconds ?? defaultSeconds;
      return credentialsAnswer(access.sessions.issueForUser(user, { seconds, mfaAt }));
    },
  });

/** ② a session begets no further session of its kind: it would never end. */
export function withOwnKey(principal: Principal, operationName: string): Principal {
  if (principal.kind === "user" && principal.session === undefined) return principal;
  throw denied(`Cannot call ${operationName} with session credentials`);
}
