import { DeleteLoginProfileCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { userName } from "../members.ts";
import { callerOr, ownerPermission } from "../permission.ts";
import { raise } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteLoginProfile.html */
export const deleteLoginProfile = (access: Pick<Access, "users" | "roles" | "people">) =>
  operation(DeleteLoginProfileCommand, {
    members: { UserName: userName },
    permissions: ({ UserName }, call) => [
      ownerPermission(access, "DeleteLoginProfile", { kind: "user", name: callerOr(UserName, call) }, call),
    ],
    handle: ({ UserName }, call) => {
      raise(access.people.loginProfiles.remove(callerOr(UserName, call)));
      return {};
    },
  });
