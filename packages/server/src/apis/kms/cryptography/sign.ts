import { SignCommand } from "@aws-sdk/client-kms";
import { operation } from "../../operation.ts";
import { chosen } from "../chosen.ts";
import { claimKey, keyDemand, keyIdText } from "../key-claim.ts";
import { accepted } from "../kms-error.ts";
import { checkUse, unlessDryRun, useMembers } from "./cryptography-faces.ts";
import type { CryptographyFaces } from "./cryptography-faces.ts";
import { messageMember, messageTypeMember, signingAlgorithmMember, signingConditions } from "./signing-members.ts";

const action = "kms:Sign";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html */
export const sign = (faces: CryptographyFaces) =>
  operation(SignCommand, {
    members: {
      KeyId: keyIdText,
      Message: messageMember,
      MessageType: messageTypeMember,
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
      const signed = accepted(faces.keyPairUse.sign(key, { algorithm, type, bytes }));
      return unlessDryRun(input, { KeyId: key.keyArn, Signature: signed.bytes, SigningAlgorithm: algorithm });
    },
  });
