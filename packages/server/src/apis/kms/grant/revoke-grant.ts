import { RevokeGrantCommand } from "@aws-sdk/client-kms";
import { flag, text } from "@strongroom/wire";
import { isGrantId } from "../../../encryption/index.ts";
import type { Grants, Keys } from "../../../encryption/index.ts";
import { operation } from "../../operation.ts";
import { keyDemand, keyIdText, plainKey } from "../key-claim.ts";
import { dryRun, grantNotFound, invalidGrantId } from "../kms-error.ts";
import { notForAwsResource } from "./grant-conditions.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_RevokeGrant.html */
export const revokeGrant = (keys: Pick<Keys, "find">, grants: Pick<Grants, "get" | "end">) =>
  operation(RevokeGrantCommand, {
    members: { KeyId: keyIdText, GrantId: text({ min: 1, max: 128 }), DryRun: flag() },
    permissions: (input) => {
      const demand = keyDemand(keys, "kms:RevokeGrant", input.KeyId);
      return [{ ...demand, context: { ...demand.context, ...notForAwsResource } }];
    },
    handle: (input) => {
      const { row } = plainKey(keys, input.KeyId);
      if (!isGrantId(input.GrantId)) throw invalidGrantId(input.GrantId);
      if (grants.get(row.keyId, input.GrantId) === undefined) throw grantNotFound(input.GrantId);
      if (input.DryRun === true) throw dryRun();
      grants.end(input.GrantId);
      return {};
    },
  });
