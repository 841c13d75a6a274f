import { UntagUserCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { tagKeys, userName } from "../members.ts";
import { ownerPermission } from "../permission.ts";
import { raise } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagUser.html */
export const untagUser = (access: Pick<Access, "users" | "roles">) =>
  operation(UntagUserCommand, {
    members: { UserName: userName, TagKeys: tagKeys },
    permissions: ({ UserName, TagKeys }, call) => [
      ownerPermission(access, "UntagUser", { kind: "user", name: UserName }, call, { "aws:TagKeys": TagKeys }),
    ],
    handle: ({ UserName, TagKeys }) => {
      raise(access.users.untag(UserName, TagKeys));
      return {};
    },
  });
