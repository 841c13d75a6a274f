import { CreateLoginProfileCommand } from "@aws-sdk/client-iam";
import { AwsError, flag } from "@strongroom/wire";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { password, userName } from "../members.ts";
import { callerOr, ownerPermission } from "../permission.ts";
import { settled } from "../raise.ts";
import { loginProfileAnswer } from "./login-profile-answer.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateLoginProfile.html */
export const createLoginProfile = (access: Pick<Access, "users" | "roles" | "people">) =>
  operation(CreateLoginProfileCommand, {
    members: { UserName: userName, Password: password, PasswordResetRequired: flag() },
    permissions: ({ UserName }, call) => [
      ownerPermission(access, "CreateLoginProfile", { kind: "user", name: callerOr(UserName, call) }, call),
    ],
    handle: async ({ UserName, Password, PasswordResetRequired = false }, call) => {
      const name = callerOr(UserName, call);
      if (Password === undefined) {
        throw new AwsError({ code: "ValidationError", message: "Must specify Password.", status: 400 });
      }
      const profile = settled(await access.people.loginProfiles.create(name, Password, PasswordResetRequired));
      return { LoginProfile: loginProfileAnswer(name, profile) };
    },
  });
