import { DeleteAliasCommand } from "@aws-sdk/client-kms";
import type { Aliases, Keys } from "../../../encryption/index.ts";
import { operation } from "../../operation.ts";
import { claimKey, keyDemand } from "../key-claim.ts";
import { accepted } from "../kms-error.ts";
import { aliasNameText } from "./alias-name.ts";

const action = "kms:DeleteAlias";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_DeleteAlias.html */
export const deleteAlias = (keys: Pick<Keys, "find">, aliases: Pick<Aliases, "arnOf" | "delete">) =>
  operation(DeleteAliasCommand, {
    members: { AliasName: aliasNameText },
    permissions: (input) => [
      { action, resource: aliases.arnOf(input.AliasName) },
      keyDemand(keys, action, aliases.arnOf(input.AliasName)),
    ],
    handle: (input, call) => {
      claimKey(keys, call, action, aliases.arnOf(input.AliasName));
      accepted(aliases.delete(input.AliasName));
      return {};
    },
  });
