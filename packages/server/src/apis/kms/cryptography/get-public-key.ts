import { GetPublicKeyCommand } from "@aws-sdk/client-kms";
import { operation } from "../../operation.ts";
import { checkGrantTokens, grantTokensMember } from "../grant/grant-tokens.ts";
import { olderSpec, publicAlgorithms } from "../key/key-metadata.ts";
import { claimKey, keyDemand, keyIdText } from "../key-claim.ts";
import { accepted } from "../kms-error.ts";
import type { CryptographyFaces } from "./cryptography-faces.ts";

const action = "kms:GetPublicKey";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_GetPublicKey.html */
export const getPublicKey = (faces: CryptographyFaces) =>
  operation(GetPublicKeyCommand, {
    members: { KeyId: keyIdText, GrantTokens: grantTokensMember },
    permissions: (input) => [keyDemand(faces.keys, action, input.KeyId)],
    mutates: false,
    handle: (input, call) => {
      checkGrantTokens(faces.grants, input.GrantTokens);
      const key = claimKey(faces.keys, call, action, input.KeyId);
      const { bytes } = accepted(faces.keyPairUse.publicKey(key));
      const kind = { KeySpec: key.row.spec, KeyUsage: key.row.usage };
      return { KeyId: key.keyArn, PublicKey: bytes, ...olderSpec(key.row), ...kind, ...publicAlgorithms(key.row) };
    },
  });
