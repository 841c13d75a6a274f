import { UpdateLoginProfileCommand } from "@aws-sdk/client-iam";
import { flag } from "@strongroom/wire";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { password, userName } from "../members.ts";
import { ownerPermission } from "../permission.ts";
import { raise } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateLoginProfile.html */
export const updateLoginProfile = (access: Pick<Access, "users" | "roles" | "people">) =>
  operation(UpdateLoginProfileCommand, {
    members: { UserName: userName, Password: password, PasswordResetRequired: flag() },
    permissions: ({ UserName }, call) => [
      ownerPermission(access, "UpdateLoginProfile", { kind: "user", name: UserName }, call),
    ],
    handle: async ({ UserName, Password, PasswordResetRequired }) => {
      const to = { password: Password, isResetRequired: PasswordResetRequired };
      raise(await access.people.loginProfiles.update(UserName, to));
      return {};
    },
  });
