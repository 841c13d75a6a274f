import { UpdateGroupCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { groupName, path } from "../members.ts";
import { groupPermission, renamePermissions } from "../permission.ts";
import { raise } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateGroup.html */
export const updateGroup = (access: Pick<Access, "groups">) =>
  operation(UpdateGroupCommand, {
    members: { GroupName: groupName, NewGroupName: groupName, NewPath: path },
    permissions: ({ GroupName, NewGroupName, NewPath }, call) => {
      const permission = groupPermission(access, "UpdateGroup", GroupName, call);
      return renamePermissions(permission, "group", { name: NewGroupName, path: NewPath }, call);
    },
    handle: ({ GroupName, NewGroupName, NewPath }) => {
      raise(access.groups.update(GroupName, { name: NewGroupName, path: NewPath }));
      return {};
    },
  });
