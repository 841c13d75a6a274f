import { AddUserToGroupCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { groupName, userName } from "../members.ts";
import { groupPermission } from "../permission.ts";
import { raise } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddUserToGroup.html */
export const addUserToGroup = (access: Pick<Access, "groups">) =>
  operation(AddUserToGroupCommand, {
    members: { GroupName: groupName, UserName: userName },
    permissions: ({ GroupName }, call) => [groupPermission(access, "AddUserToGroup", GroupName, call)],
    handle: ({ GroupName, UserName }) => {
      raise(access.groups.addMember(GroupName, UserName));
      return {};
    },
  });
