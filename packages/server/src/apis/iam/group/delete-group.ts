import { DeleteGroupCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { groupName } from "../members.ts";
import { groupPermission } from "../permission.ts";
import { raise } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteGroup.html */
export const deleteGroup = (access: Pick<Access, "groups">) =>
  operation(DeleteGroupCommand, {
    members: { GroupName: groupName },
    permissions: ({ GroupName }, call) => [groupPermission(access, "DeleteGroup", GroupName, call)],
    handle: ({ GroupName }) => {
      raise(access.groups.remove(GroupName));
      return {};
    },
  });
