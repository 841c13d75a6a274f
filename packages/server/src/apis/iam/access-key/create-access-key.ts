import { CreateAccessKeyCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { userName } from "../members.ts";
import { callerOr, ownerPermission } from "../permission.ts";
import { settled } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccessKey.html */
export const createAccessKey = (access: Pick<Access, "users" | "roles">) =>
  operation(CreateAccessKeyCommand, {
    members: { UserName: userName },
    permissions: ({ UserName }, call) => [
      ownerPermission(access, "CreateAccessKey", { kind: "user", name: callerOr(UserName, call) }, call),
    ],
    handle: ({ UserName }, call) => {
      const { key, secretAccessKey } = settled(access.users.createAccessKey(callerOr(UserName, call)));
      const AccessKey = {
        UserName: key.userName,
        AccessKeyId: key.id,
        Status: "Active",
        SecretAccessKey: secretAccessKey,
        CreateDate: new Date(key.createdAt),
      } as const;
      return { AccessKey };
    },
  });
