import { DeleteAccountPasswordPolicyCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { noPasswordPolicy } from "./no-password-policy.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteAccountPasswordPolicy.html */
export const deleteAccountPasswordPolicy = (access: Pick<Access, "people">) =>
  operation(DeleteAccountPasswordPolicyCommand, {
    members: {},
    permissions: () => [{ action: "iam:DeleteAccountPasswordPolicy", resource: "*" }],
    handle: (_, call) => {
      const { loginProfiles } = access.people;
      if (loginProfiles.policy === undefined) throw noPasswordPolicy(call.accountId);
      loginProfiles.setPolicy(undefined);
      return {};
    },
  });
