import { GetAccountPasswordPolicyCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { noPasswordPolicy } from "./no-password-policy.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountPasswordPolicy.html */
export const getAccountPasswordPolicy = (access: Pick<Access, "people">) =>
  operation(GetAccountPasswordPolicyCommand, {
    members: {},
    permissions: () => [{ action: "iam:GetAccountPasswordPolicy", resource: "*" }],
    mutates: false,
    handle: (_, call) => {
      const { policy } = access.people.loginProfiles;
      if (policy === undefined) throw noPasswordPolicy(call.accountId);
      const PasswordPolicy = {
        MinimumPasswordLength: policy.lengthMin,
        RequireSymbols: policy.requireSymbols,
        RequireNumbers: policy.requireNumbers,
        RequireUppercaseCharacters: policy.requireUppercase,
        RequireLowercaseCharacters: policy.requireLowercase,
        AllowUsersToChangePassword: policy.allowUsersToChange,
        ExpirePasswords: policy.ageDaysMax !== undefined,
        ...(policy.ageDaysMax === undefined ? {} : { MaxPasswordAge: policy.ageDaysMax }),
        ...(policy.reusePrevention === undefined ? {} : { PasswordReusePrevention: policy.reusePrevention }),
        HardExpiry: policy.hardExpiry,
      };
      return { PasswordPolicy };
    },
  });
