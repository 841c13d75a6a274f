import { GetGroupCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { groupAnswer, userAnswer } from "../answer.ts";
import { groupName, marker, maxItems } from "../members.ts";
import { pageEnd, pageOfList } from "../paging.ts";
import { groupPermission } from "../permission.ts";
import { settled } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetGroup.html */
export const getGroup = (access: Pick<Access, "groups">) =>
  operation(GetGroupCommand, {
    members: { GroupName: groupName, Marker: marker, MaxItems: maxItems },
    permissions: ({ GroupName }, call) => [groupPermission(access, "GetGroup", GroupName, call)],
    mutates: false,
    handle: (input) => {
      const group = settled(access.groups.get(input.GroupName));
      const page = pageOfList(settled(access.groups.members(input.GroupName)), input);
      return { Group: groupAnswer(group), Users: page.items.map(userAnswer), ...pageEnd(page) };
    },
  });
