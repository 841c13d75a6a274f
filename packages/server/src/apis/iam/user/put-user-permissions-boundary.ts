import { PutUserPermissionsBoundaryCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { arn, userName } from "../members.ts";
import { boundaryContext, ownerPermission } from "../permission.ts";
import { raise } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPermissionsBoundary.html */
export const putUserPermissionsBoundary = (access: Pick<Access, "users" | "roles">) =>
  operation(PutUserPermissionsBoundaryCommand, {
    members: { UserName: userName, PermissionsBoundary: arn },
    permissions: ({ UserName, PermissionsBoundary }, call) => [
      ownerPermission(
        access,
        "PutUserPermissionsBoundary",
        { kind: "user", name: UserName },
        call,
        boundaryContext(PermissionsBoundary),
      ),
    ],
    handle: ({ UserName, PermissionsBoundary }) => {
      raise(access.users.setBoundary(UserName, PermissionsBoundary));
      return {};
    },
  });
