import { TagUserCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { tags, userName } from "../members.ts";
import { ownerPermission, tagContext, tagRecord } from "../permission.ts";
import { raise } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagUser.html */
export const tagUser = (access: Pick<Access, "users" | "roles">) =>
  operation(TagUserCommand, {
    members: { UserName: userName, Tags: tags },
    permissions: ({ UserName, Tags }, call) => [
      ownerPermission(access, "TagUser", { kind: "user", name: UserName }, call, tagContext(Tags)),
    ],
    handle: ({ UserName, Tags }) => {
      raise(access.users.tag(UserName, tagRecord(Tags)));
      return {};
    },
  });
