import { SignOutCommand } from "@strongroom/admin-api";
import { AwsError, noPermissionNeeded } from "@strongroom/wire";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";

/** ② Ends the session that the request is signed with, before it is answered. */
export const signOut = (access: Pick<Access, "sessions">) =>
  operation(SignOutCommand, {
    members: {},
    permissions: noPermissionNeeded("everybody may end the session that they have"),
    handle: (_, { authority }) => {
      const { principal } = authority;
      const accessKeyId = "accessKeyId" in principal ? principal.accessKeyId : undefined;
      if (accessKeyId?.startsWith("ASIA") !== true) {
        const message = "An access key of a user's own is no session: deactivate or delete it instead.";
        throw new AwsError({ code: "ValidationException", message, status: 400 });
      }
      const refusal = access.sessions.revoke({ accessKeyId });
      if (refusal === undefined) return {};
      throw new AwsError({ code: "LimitExceededException", message: refusal.message, status: 400 });
    },
  });
