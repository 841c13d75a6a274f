import { UnlockUserCommand } from "@strongroom/admin-api";
import { AwsError, text } from "@strongroom/wire";
import { isRefused, type Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";

/** Forgets the failed tries of a user, who may sign in at once again. */
export const unlockUser = (access: Pick<Access, "users" | "people">) =>
  operation(UnlockUserCommand, {
    members: { UserName: text({ min: 1, max: 64, pattern: /[\w+=,.@-]+/ }) },
    permissions: ({ UserName }, { accountId }) => {
      const found = access.users.get(UserName);
      const resource = isRefused(found) ? `arn:aws:iam::${accountId}:user/${UserName}` : found.arn;
      return [{ action: "strongroom:UnlockUser", resource }];
    },
    handle: ({ UserName }) => {
      const found = access.users.get(UserName);
      if (!isRefused(found)) return { HadFailedTries: access.people.unlock(found) };
      throw new AwsError({ code: "ResourceNotFoundException", message: found.message, status: 400 });
    },
  });
