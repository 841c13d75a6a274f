import { GetParametersForImportCommand } from "@aws-sdk/client-kms";
import { oneOf } from "@strongroom/wire";
import type { Imports, Keys } from "../../../encryption/index.ts";
import { operation } from "../../operation.ts";
import { chosen } from "../chosen.ts";
import { keyDemand, keyIdText, plainKey } from "../key-claim.ts";
import { accepted } from "../kms-error.ts";

const algorithmMember = oneOf(
  "RSAES_OAEP_SHA_1",
  "RSAES_OAEP_SHA_256",
  "RSA_AES_KEY_WRAP_SHA_1",
  "RSA_AES_KEY_WRAP_SHA_256",
);
const specMember = oneOf("RSA_2048", "RSA_3072", "RSA_4096");

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_GetParametersForImport.html */
export const getParametersForImport = (keys: Pick<Keys, "find">, imports: Pick<Imports, "parameters">) =>
  operation(GetParametersForImportCommand, {
    members: { KeyId: keyIdText, WrappingAlgorithm: algorithmMember, WrappingKeySpec: specMember },
    permissions: (input) => [
      keyDemand(keys, "kms:GetParametersForImport", input.KeyId, undefined, {
        "kms:WrappingAlgorithm": input.WrappingAlgorithm,
        "kms:WrappingKeySpec": input.WrappingKeySpec,
      }),
    ],
    handle: async (input) => {
      const parameters = accepted(
        await imports.parameters({
          keyId: plainKey(keys, input.KeyId).keyArn,
          algorithm: chosen(algorithmMember, input.WrappingAlgorithm),
          spec: chosen(specMember, input.WrappingKeySpec),
        }),
      );
      return {
        KeyId: parameters.keyArn,
        ImportToken: parameters.token,
        PublicKey: parameters.publicKey,
        ParametersValidTo: parameters.validTo,
      };
    },
  });
