import { CreateAccountAliasCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { accountAlias } from "../members.ts";
import { raise } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccountAlias.html */
export const createAccountAlias = (access: Pick<Access, "accountAlias">) =>
  operation(CreateAccountAliasCommand, {
    members: { AccountAlias: accountAlias },
    permissions: () => [{ action: "iam:CreateAccountAlias", resource: "*" }],
    handle: ({ AccountAlias }) => {
      raise(access.accountAlias.set(AccountAlias));
      return {};
    },
  });
