import { CreateGrantCommand } from "@aws-sdk/client-kms";
import { flag, list, map, oneOf, text } from "@strongroom/wire";
import type { Grants, Keys } from "../../../encryption/index.ts";
import { operation } from "../../operation.ts";
import { keyDemand, keyIdText, plainKey } from "../key-claim.ts";
import { accepted, dryRun, kmsError, validationError } from "../kms-error.ts";
import { grantConditions, grantRequest } from "./grant-conditions.ts";
import { checkGrantTokens, grantTokensMember } from "./grant-tokens.ts";

const pairs = map<ReturnType<typeof text>>(text(), { key: text({ min: 1 }) });
const principalText = text({ min: 1, max: 256, pattern: /[\w+=,.@:/-]+/ });
const grantOperation = oneOf(
  ...(["Decrypt", "Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "ReEncryptFrom"] as const),
  ...(["ReEncryptTo", "Sign", "Verify", "GetPublicKey", "CreateGrant", "RetireGrant", "DescribeKey"] as const),
  ...(["GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext", "GenerateMac", "VerifyMac"] as const),
  "DeriveSharedSecret",
);

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateGrant.html */
export const createGrant = (keys: Pick<Keys, "find">, grants: Pick<Grants, "create" | "refusalOf" | "idOfToken">) =>
  operation(CreateGrantCommand, {
    members: {
      KeyId: keyIdText,
      GranteePrincipal: principalText,
      RetiringPrincipal: principalText,
      Operations: list(grantOperation, { min: 1 }),
      Constraints: { EncryptionContextEquals: pairs, EncryptionContextSubset: pairs },
      GrantTokens: grantTokensMember,
      Name: text({ min: 1, max: 256, pattern: /[a-zA-Z0-9:/_-]+/ }),
      DryRun: flag(),
    },
    permissions: (input) => {
      const demand = keyDemand(keys, "kms:CreateGrant", input.KeyId);
      return [{ ...demand, context: { ...demand.context, ...grantConditions(input) } }];
    },
    handle: (input) => {
      const { GranteePrincipal } = input;
      if (GranteePrincipal === undefined) throw validationError("GranteePrincipal is missing");
      checkGrantTokens(grants, input.GrantTokens);
      const found = plainKey(keys, input.KeyId);
      const wanted = grantRequest({ ...input, GranteePrincipal });
      if (input.DryRun === true) {
        const refusal = grants.refusalOf(found, wanted);
        throw refusal === undefined ? dryRun() : kmsError(refusal);
      }
      const { grantId, token } = accepted(grants.create(found, wanted));
      return { GrantId: grantId, GrantToken: token };
    },
  });
