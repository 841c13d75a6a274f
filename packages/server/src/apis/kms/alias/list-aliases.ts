import { ListAliasesCommand } from "@aws-sdk/client-kms";
import { integer, text } from "@strongroom/wire";
import type { Aliases } from "../../../encryption/index.ts";
import { operation } from "../../operation.ts";
import { keyIdText } from "../key-claim.ts";
import { accepted } from "../kms-error.ts";
import { pageEnd, readMarker } from "../page-marker.ts";

const limitDefault = 50;

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ListAliases.html */
export const listAliases = (aliases: Pick<Aliases, "list">) =>
  operation(ListAliasesCommand, {
    members: { KeyId: keyIdText, Limit: integer({ min: 1, max: 100 }), Marker: text({ min: 1, max: 1024 }) },
    permissions: () => [{ action: "kms:ListAliases", resource: "*" }],
    mutates: false,
    handle: (input) => {
      const list = `aliases ${input.KeyId ?? ""}`;
      const page = accepted(
        aliases.list({
          limit: input.Limit ?? limitDefault,
          ...readMarker(list, input.Marker),
          ...(input.KeyId !== undefined && { keyId: input.KeyId }),
        }),
      );
      return {
        Aliases: page.aliases.map((alias) => ({
          AliasName: alias.alias,
          AliasArn: alias.aliasArn,
          TargetKeyId: alias.keyId,
          CreationDate: alias.createdAt,
          LastUpdatedDate: alias.updatedAt,
        })),
        ...pageEnd(list, page.next),
      };
    },
  });
