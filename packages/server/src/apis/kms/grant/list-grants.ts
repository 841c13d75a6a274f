import { ListGrantsCommand } from "@aws-sdk/client-kms";
import { integer, text } from "@strongroom/wire";
import { isGrantId } from "../../../encryption/index.ts";
import type { Grants, Keys } from "../../../encryption/index.ts";
import { operation } from "../../operation.ts";
import { keyDemand, keyIdText, plainKey } from "../key-claim.ts";
import { accepted, invalidGrantId } from "../kms-error.ts";
import { pageEnd, readMarker } from "../page-marker.ts";
import { notForAwsResource } from "./grant-conditions.ts";
import { grantEntry } from "./grant-entry.ts";

const limitDefault = 50;

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ListGrants.html */
export const listGrants = (keys: Pick<Keys, "find" | "arnNamed">, grants: Pick<Grants, "list" | "told">) =>
  operation(ListGrantsCommand, {
    members: {
      KeyId: keyIdText,
      GrantId: text({ min: 1, max: 128 }),
      GranteePrincipal: text({ min: 1, max: 256 }),
      Limit: integer({ min: 1, max: 100 }),
      Marker: text({ min: 1, max: 1024 }),
    },
    permissions: (input) => {
      const demand = keyDemand(keys, "kms:ListGrants", input.KeyId);
      return [{ ...demand, context: { ...demand.context, ...notForAwsResource } }];
    },
    mutates: false,
    handle: (input) => {
      const { KeyId, GrantId, GranteePrincipal } = input;
      const { keyArn } = plainKey(keys, KeyId);
      if (GrantId !== undefined && !isGrantId(GrantId)) throw invalidGrantId(GrantId);
      const page = accepted(
        grants.list({
          keyId: keyArn,
          limit: input.Limit ?? limitDefault,
          ...(GrantId !== undefined && { grantId: GrantId }),
          ...(GranteePrincipal !== undefined && { grantee: GranteePrincipal }),
          ...readMarker("grants", input.Marker),
        }),
      );
      return { Grants: page.grants.map((grant) => grantEntry(keys, grants, grant)), ...pageEnd("grants", page.next) };
    },
  });
