import { DeleteUserCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { userName } from "../members.ts";
import { ownerPermission } from "../permission.ts";
import { raise } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUser.html */
export const deleteUser = (access: Pick<Access, "users" | "roles">) =>
  operation(DeleteUserCommand, {
    members: { UserName: userName },
    permissions: ({ UserName }, call) => [
      ownerPermission(access, "DeleteUser", { kind: "user", name: UserName }, call),
    ],
    handle: ({ UserName }) => {
      raise(access.users.remove(UserName));
      return {};
    },
  });
