import { ListAccessKeysCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { marker, maxItems, userName } from "../members.ts";
import { pageEnd, pageOfList } from "../paging.ts";
import { callerOr, ownerPermission } from "../permission.ts";
import { settled } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccessKeys.html */
export const listAccessKeys = (access: Pick<Access, "users" | "roles">) =>
  operation(ListAccessKeysCommand, {
    members: { UserName: userName, Marker: marker, MaxItems: maxItems },
    permissions: ({ UserName }, call) => [
      ownerPermission(access, "ListAccessKeys", { kind: "user", name: callerOr(UserName, call) }, call),
    ],
    mutates: false,
    handle: (input, call) => {
      const keys = settled(access.users.accessKeys(callerOr(input.UserName, call)));
      const page = pageOfList(
        keys.map((key) => ({ ...key, name: key.id })),
        input,
      );
      const AccessKeyMetadata = page.items.map(({ id, userName: UserName, active, createdAt }) => ({
        UserName,
        AccessKeyId: id,
        Status: active ? ("Active" as const) : ("Inactive" as const),
        CreateDate: new Date(createdAt),
      }));
      return { AccessKeyMetadata, ...pageEnd(page) };
    },
  });
