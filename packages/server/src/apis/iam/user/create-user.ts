import { CreateUserCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { userDetails } from "../answer.ts";
import { arn, path, tags, userName } from "../members.ts";
import { arnOf, creationPermissions, tagRecord } from "../permission.ts";
import { settled } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html */
export const createUser = (access: Pick<Access, "users">) =>
  operation(CreateUserCommand, {
    members: { UserName: userName, Path: path, PermissionsBoundary: arn, Tags: tags },
    permissions: ({ UserName, Path = "/", PermissionsBoundary, Tags }, call) =>
      creationPermissions("User", arnOf(call, "user", Path, UserName), {
        tags: Tags,
        boundaryArn: PermissionsBoundary,
      }),
    actions: ["iam:CreateUser", "iam:TagUser"],
    handle: ({ UserName, Path = "/", PermissionsBoundary, Tags }) => {
      const user = { name: UserName, path: Path, boundaryArn: PermissionsBoundary, tags: tagRecord(Tags) };
      return { User: userDetails(settled(access.users.create(user))) };
    },
  });
