import { GetUserCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { userDetails } from "../answer.ts";
import { userName } from "../members.ts";
import { callerOr, ownerPermission } from "../permission.ts";
import { settled } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUser.html */
export const getUser = (access: Pick<Access, "users" | "roles" | "people">) =>
  operation(GetUserCommand, {
    members: { UserName: userName },
    permissions: ({ UserName }, call) => [
      ownerPermission(access, "GetUser", { kind: "user", name: callerOr(UserName, call) }, call),
    ],
    mutates: false,
    handle: ({ UserName }, call) => {
      const user = settled(access.users.get(callerOr(UserName, call)));
      const { passwordLastUsedAt } = access.people.factsOf(user.id);
      const used = passwordLastUsedAt === undefined ? {} : { PasswordLastUsed: new Date(passwordLastUsedAt) };
      return { User: { ...userDetails(user), ...used } };
    },
  });
