import { UpdateAliasCommand } from "@aws-sdk/client-kms";
import type { Aliases, Keys } from "../../../encryption/index.ts";
import { operation } from "../../operation.ts";
import { claimKey, keyDemand, keyIdText } from "../key-claim.ts";
import { accepted } from "../kms-error.ts";
import { aliasNameText } from "./alias-name.ts";

const action = "kms:UpdateAlias";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdateAlias.html */
export const updateAlias = (keys: Pick<Keys, "find">, aliases: Pick<Aliases, "arnOf" | "update">) =>
  operation(UpdateAliasCommand, {
    members: { AliasName: aliasNameText, TargetKeyId: keyIdText },
    // The alias, the key that it leaves and the key that it comes to.
    permissions: (input) => [
      { action, resource: aliases.arnOf(input.AliasName) },
      keyDemand(keys, action, aliases.arnOf(input.AliasName)),
      keyDemand(keys, action, input.TargetKeyId),
    ],
    handle: (input, call) => {
      claimKey(keys, call, action, aliases.arnOf(input.AliasName));
      accepted(aliases.update(input.AliasName, input.TargetKeyId));
      return {};
    },
  });
