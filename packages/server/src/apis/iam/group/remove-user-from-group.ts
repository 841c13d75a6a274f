import { RemoveUserFromGroupCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { groupName, userName } from "../members.ts";
import { groupPermission } from "../permission.ts";
import { raise } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveUserFromGroup.html */
export const removeUserFromGroup = (access: Pick<Access, "groups">) =>
  operation(RemoveUserFromGroupCommand, {
    members: { GroupName: groupName, UserName: userName },
    permissions: ({ GroupName }, call) => [groupPermission(access, "RemoveUserFromGroup", GroupName, call)],
    handle: ({ GroupName, UserName }) => {
      raise(access.groups.removeMember(GroupName, UserName));
      return {};
    },
  });
