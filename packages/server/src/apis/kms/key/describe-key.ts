import { DescribeKeyCommand } from "@aws-sdk/client-kms";
import type { Grants, Keys } from "../../../encryption/index.ts";
import { operation } from "../../operation.ts";
import { checkGrantTokens, grantTokensMember } from "../grant/grant-tokens.ts";
import { claimKey, keyDemand, keyIdText } from "../key-claim.ts";
import { accepted } from "../kms-error.ts";
import { keyMetadata } from "./key-metadata.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html */
export const describeKey = (keys: Pick<Keys, "find" | "describe">, grants: Pick<Grants, "idOfToken">) =>
  operation(DescribeKeyCommand, {
    members: { KeyId: keyIdText, GrantTokens: grantTokensMember },
    permissions: (input) => [keyDemand(keys, "kms:DescribeKey", input.KeyId)],
    mutates: false,
    handle: (input, call) => {
      checkGrantTokens(grants, input.GrantTokens);
      const { keyArn } = claimKey(keys, call, "kms:DescribeKey", input.KeyId);
      return { KeyMetadata: keyMetadata(accepted(keys.describe(keyArn)).key, call.accountId) };
    },
  });
