import { CreateGroupCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { groupAnswer } from "../answer.ts";
import { groupName, path } from "../members.ts";
import { arnOf } from "../permission.ts";
import { settled } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateGroup.html */
export const createGroup = (access: Pick<Access, "groups">) =>
  operation(CreateGroupCommand, {
    members: { GroupName: groupName, Path: path },
    permissions: ({ GroupName, Path = "/" }, call) => [
      { action: "iam:CreateGroup", resource: arnOf(call, "group", Path, GroupName) },
    ],
    handle: ({ GroupName, Path = "/" }) => ({
      Group: groupAnswer(settled(access.groups.create({ name: GroupName, path: Path }))),
    }),
  });
