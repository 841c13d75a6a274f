import { CreateRoleCommand } from "@aws-sdk/client-iam";
import { integer, text } from "@strongroom/wire";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { roleDetails } from "../answer.ts";
import { arn, document, path, roleName, tags } from "../members.ts";
import { arnOf, creationPermissions, tagRecord } from "../permission.ts";
import { settled } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
export const createRole = (access: Pick<Access, "roles">) =>
  operation(CreateRoleCommand, {
    members: {
      RoleName: roleName,
      Path: path,
      AssumeRolePolicyDocument: document,
      Description: text({ max: 1000 }),
      MaxSessionDuration: integer({ min: 3600, max: 43_200 }),
      PermissionsBoundary: arn,
      Tags: tags,
    },
    permissions: ({ RoleName, Path = "/", PermissionsBoundary, Tags }, call) =>
      creationPermissions("role", arnOf(call, "role", Path, RoleName), {
        tags: Tags,
        boundaryArn: PermissionsBoundary,
      }),
    actions: ["iam:CreateRole", "iam:TagRole"],
    handle: (input) => {
      const role = access.roles.create({
        name: input.RoleName,
        path: input.Path ?? "/",
        trustPolicy: input.AssumeRolePolicyDocument,
        description: input.Description,
        maxSessionSeconds: input.MaxSessionDuration ?? 3600,
        boundaryArn: input.PermissionsBoundary,
        tags: tagRecord(input.Tags),
      });
      return { Role: roleDetails(settled(role)) };
    },
  });
