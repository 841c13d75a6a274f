import { DeleteAccountAliasCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { accountAlias } from "../members.ts";
import { raise } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteAccountAlias.html */
export const deleteAccountAlias = (access: Pick<Access, "accountAlias">) =>
  operation(DeleteAccountAliasCommand, {
    members: { AccountAlias: accountAlias },
    permissions: () => [{ action: "iam:DeleteAccountAlias", resource: "*" }],
    handle: ({ AccountAlias }) => {
      raise(access.accountAlias.remove(AccountAlias));
      return {};
    },
  });
