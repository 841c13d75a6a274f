import { CreateAliasCommand } from "@aws-sdk/client-kms";
import type { Aliases, Keys } from "../../../encryption/index.ts";
import { operation } from "../../operation.ts";
import { keyDemand, keyIdText } from "../key-claim.ts";
import { accepted } from "../kms-error.ts";
import { aliasNameText } from "./alias-name.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html */
export const createAlias = (keys: Pick<Keys, "find">, aliases: Pick<Aliases, "arnOf" | "create">) =>
  operation(CreateAliasCommand, {
    members: { AliasName: aliasNameText, TargetKeyId: keyIdText },
    permissions: (input) => [
      { action: "kms:CreateAlias", resource: aliases.arnOf(input.AliasName) },
      keyDemand(keys, "kms:CreateAlias", input.TargetKeyId),
    ],
    handle: (input) => {
      accepted(aliases.create(input.AliasName, input.TargetKeyId));
      return {};
    },
  });
