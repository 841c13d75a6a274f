import { UpdateAccountPasswordPolicyCommand } from "@aws-sdk/client-iam";
import { flag, integer } from "@strongroom/wire";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";

const lengthMinDefault = 6;

/** What is not said is as it is without a policy. https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccountPasswordPolicy.html */
export const updateAccountPasswordPolicy = (access: Pick<Access, "people">) =>
  operation(UpdateAccountPasswordPolicyCommand, {
    members: {
      MinimumPasswordLength: integer({ min: 6, max: 128 }),
      RequireSymbols: flag(),
      RequireNumbers: flag(),
      RequireUppercaseCharacters: flag(),
      RequireLowercaseCharacters: flag(),
      AllowUsersToChangePassword: flag(),
      MaxPasswordAge: integer({ min: 1, max: 1095 }),
      PasswordReusePrevention: integer({ min: 1, max: 24 }),
      HardExpiry: flag(),
    },
    permissions: () => [{ action: "iam:UpdateAccountPasswordPolicy", resource: "*" }],
    handle: (input) => {
      access.people.loginProfiles.setPolicy({
        lengthMin: input.MinimumPasswordLength ?? lengthMinDefault,
        requireSymbols: input.RequireSymbols ?? false,
        requireNumbers: input.RequireNumbers ?? false,
        requireUppercase: input.RequireUppercaseCharacters ?? false,
        requireLowercase: input.RequireLowercaseCharacters ?? false,
        allowUsersToChange: input.AllowUsersToChangePassword ?? false,
        ageDaysMax: input.MaxPasswordAge,
        reusePrevention: input.PasswordReusePrevention,
        hardExpiry: input.HardExpiry ?? false,
      });
      return {};
    },
  });
