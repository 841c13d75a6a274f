import { CreateRoleCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { roleDetails } from "../answer.ts";
import { arn, document, maxSessionSeconds, path, roleDescription, roleName, tags } from "../members.ts";
import { arnOf, creationPermissions, tagRecord } from "../permission.ts";
import { settled } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
export const createRole = (access: Pick<Access, "roles">) =>
  operation(CreateRoleCommand, {
    members: {
      RoleName: roleName,
      Path: path,
      AssumeRolePolicyDocument: document,
      Description: roleDescription,
      MaxSessionDuration: maxSessionSeconds,
      PermissionsBoundary: arn,
      Tags: tags,
    },
    permissions: ({ RoleName, Path = "/", PermissionsBoundary, Tags }, call) =>
      creationPermissions("Role", arnOf(call, "role", Path, RoleName), {
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
