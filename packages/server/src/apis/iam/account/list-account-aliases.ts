import { ListAccountAliasesCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { marker, maxItems } from "../members.ts";
import { pageEnd, pageOfList } from "../paging.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccountAliases.html */
export const listAccountAliases = (access: Pick<Access, "accountAlias">) =>
  operation(ListAccountAliasesCommand, {
    members: { Marker: marker, MaxItems: maxItems },
    permissions: () => [{ action: "iam:ListAccountAliases", resource: "*" }],
    mutates: false,
    handle: (input) => {
      const alias = access.accountAlias.get();
      const page = pageOfList(alias === undefined ? [] : [{ name: alias }], input);
      return { AccountAliases: page.items.map(({ name }) => name), ...pageEnd(page) };
    },
  });
