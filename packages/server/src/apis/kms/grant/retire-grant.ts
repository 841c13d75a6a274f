import { RetireGrantCommand } from "@aws-sdk/client-kms";
import type { RetireGrantCommandInput } from "@aws-sdk/client-kms";
import { flag, text } from "@strongroom/wire";
import { grantIdKey, isGrantId } from "../../../encryption/index.ts";
import type { Grants, Keys } from "../../../encryption/index.ts";
import { operation } from "../../operation.ts";
import { demandOn, keyIdText, plainKey } from "../key-claim.ts";
import { dryRun, grantNotFound, invalidGrantId, invalidGrantToken, validationError } from "../kms-error.ts";

type Face = Pick<Grants, "get" | "ofToken" | "idOfToken" | "end">;

/**
 * Whom a grant names as its retiring principal may retire it, and its grantee where it says so; others need
 * the permission. https://docs.aws.amazon.com/kms/latest/APIReference/API_RetireGrant.html
 */
export const retireGrant = (keys: Pick<Keys, "find">, grants: Face) =>
  operation(RetireGrantCommand, {
    members: {
      GrantToken: text({ min: 1, max: 8192 }),
      KeyId: keyIdText,
      GrantId: text({ min: 1, max: 128 }),
      DryRun: flag(),
    },
    permissions: (input) => {
      const { keyId, grantId } = meantGrant(grants, input);
      const demand = demandOn(keys.find(keyId), "kms:RetireGrant");
      return [{ ...demand, context: { ...demand.context, [grantIdKey]: grantId } }];
    },
    handle: (input) => {
      const { keyId, grantId } = meantGrant(grants, input);
      if (grants.get(plainKey(keys, keyId).row.keyId, grantId) === undefined) throw grantNotFound(grantId);
      if (input.DryRun === true) throw dryRun();
      grants.end(grantId);
      return {};
    },
  });

/** A grant is named by its token, or by its key and its id. */
function meantGrant(grants: Face, input: RetireGrantCommandInput): { keyId: string; grantId: string } {
  const { GrantToken: token, KeyId: keyId, GrantId: grantId } = input;
  if (token !== undefined && keyId === undefined && grantId === undefined) {
    const id = grants.idOfToken(token);
    if (id === undefined) throw invalidGrantToken();
    const grant = grants.ofToken(token);
    if (grant === undefined) throw grantNotFound(id);
    return { keyId: grant.keyId, grantId: id };
  }
  if (token !== undefined || keyId === undefined || grantId === undefined) {
    throw validationError("Specify either a GrantToken, or a KeyId and a GrantId.");
  }
  if (!isGrantId(grantId)) throw invalidGrantId(grantId);
  return { keyId, grantId };
}
