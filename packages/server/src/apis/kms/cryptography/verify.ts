import { VerifyCommand } from "@aws-sdk/client-kms";
import { blob } from "@strongroom/wire";
import { operation } from "../../operation.ts";
import { chosen } from "../chosen.ts";
import { claimKey, keyDemand, keyIdText } from "../key-claim.ts";
import { accepted, invalidSignature } from "../kms-error.ts";
import { checkUse, unlessDryRun, useMembers } from "./cryptography-faces.ts";
import type { CryptographyFaces } from "./cryptography-faces.ts";
import { messageMember, messageTypeMember, signingAlgorithmMember, signingConditions } from "./signing-members.ts";

const action = "kms:Verify";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_Verify.html */
export const verify = (faces: CryptographyFaces) =>
  operation(VerifyCommand, {
    members: {
      KeyId: keyIdText,
      Message: messageMember,
      MessageType: messageTypeMember,
      Signature: blob({ min: 1, max: 6144 }),
      SigningAlgorithm: signingAlgorithmMember,
      ...useMembers,
    },
    permissions: (input) => [keyDemand(faces.keys, action, input.KeyId, undefined, signingConditions(input))],
    mutates: false,
    handle: (input, call) => {
      checkUse(faces, input);
      const { MessageType = "RAW", Message: bytes } = input;
      const algorithm = chosen(signingAlgorithmMember, input.SigningAlgorithm);
      const type = chosen(messageTypeMember, MessageType);
      const key = claimKey(faces.keys, call, action, input.KeyId, undefined, signingConditions(input));
      const { holds } = accepted(faces.keyPairUse.verify(key, { algorithm, type, bytes }, input.Signature));
      if (!holds) throw invalidSignature();
      return unlessDryRun(input, { KeyId: key.keyArn, SignatureValid: true, SigningAlgorithm: algorithm });
    },
  });
