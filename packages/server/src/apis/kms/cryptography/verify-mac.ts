import { VerifyMacCommand } from "@aws-sdk/client-kms";
import { blob } from "@strongroom/wire";
import { operation } from "../../operation.ts";
import { claimKey, keyDemand, keyIdText } from "../key-claim.ts";
import { accepted, invalidMac } from "../kms-error.ts";
import { checkUse, unlessDryRun, useMembers } from "./cryptography-faces.ts";
import type { CryptographyFaces } from "./cryptography-faces.ts";
import { macAlgorithmMember, macConditions, macMessageMember } from "./mac-members.ts";

const action = "kms:VerifyMac";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_VerifyMac.html */
export const verifyMac = (faces: CryptographyFaces) =>
  operation(VerifyMacCommand, {
    members: {
      KeyId: keyIdText,
      Message: macMessageMember,
      MacAlgorithm: macAlgorithmMember,
      Mac: blob({ min: 1, max: 6144 }),
      ...useMembers,
    },
    permissions: (input) => [keyDemand(faces.keys, action, input.KeyId, undefined, macConditions(input))],
    mutates: false,
    handle: (input, call) => {
      checkUse(faces, input);
      const { MacAlgorithm: algorithm } = input;
      const key = claimKey(faces.keys, call, action, input.KeyId, undefined, macConditions(input));
      const { holds } = accepted(faces.keyPairUse.verifyMac(key, algorithm, input.Message, input.Mac));
      if (!holds) throw invalidMac();
      return unlessDryRun(input, { KeyId: key.keyArn, MacValid: true, MacAlgorithm: algorithm });
    },
  });
