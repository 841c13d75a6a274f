import { GetLoginProfileCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { userName } from "../members.ts";
import { callerOr, ownerPermission } from "../permission.ts";
import { settled } from "../raise.ts";
import { loginProfileAnswer } from "./login-profile-answer.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetLoginProfile.html */
export const getLoginProfile = (access: Pick<Access, "users" | "roles" | "people">) =>
  operation(GetLoginProfileCommand, {
    members: { UserName: userName },
    permissions: ({ UserName }, call) => [
      ownerPermission(access, "GetLoginProfile", { kind: "user", name: callerOr(UserName, call) }, call),
    ],
    mutates: false,
    handle: ({ UserName }, call) => {
      const name = callerOr(UserName, call);
      return { LoginProfile: loginProfileAnswer(name, settled(access.people.loginProfiles.get(name))) };
    },
  });
