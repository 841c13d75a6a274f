import { DeriveSharedSecretCommand } from "@aws-sdk/client-kms";
import { blob, oneOf } from "@strongroom/wire";
import { operation } from "../../operation.ts";
import { claimKey, keyDemand, keyIdText } from "../key-claim.ts";
import { accepted } from "../kms-error.ts";
import { checkUse, unlessDryRun, useMembers } from "./cryptography-faces.ts";
import type { CryptographyFaces } from "./cryptography-faces.ts";

const action = "kms:DeriveSharedSecret";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_DeriveSharedSecret.html */
export const deriveSharedSecret = (faces: CryptographyFaces) =>
  operation(DeriveSharedSecretCommand, {
    members: {
      KeyId: keyIdText,
      KeyAgreementAlgorithm: oneOf("ECDH"),
      PublicKey: blob({ min: 1, max: 8192 }),
      ...useMembers,
    },
    permissions: (input) => {
      const conditions = { "kms:KeyAgreementAlgorithm": input.KeyAgreementAlgorithm };
      return [keyDemand(faces.keys, action, input.KeyId, undefined, conditions)];
    },
    mutates: false,
    handle: (input, call) => {
      checkUse(faces, input);
      const { KeyAgreementAlgorithm: algorithm } = input;
      const conditions = { "kms:KeyAgreementAlgorithm": algorithm };
      const key = claimKey(faces.keys, call, action, input.KeyId, undefined, conditions);
      const { bytes } = accepted(faces.keyPairUse.sharedSecret(key, algorithm, input.PublicKey));
      const used = { KeyId: key.keyArn, KeyAgreementAlgorithm: algorithm, KeyOrigin: key.row.origin };
      return unlessDryRun(input, { SharedSecret: bytes, ...used });
    },
  });
