import { GenerateMacCommand } from "@aws-sdk/client-kms";
import { operation } from "../../operation.ts";
import { claimKey, keyDemand, keyIdText } from "../key-claim.ts";
import { accepted } from "../kms-error.ts";
import { checkUse, unlessDryRun, useMembers } from "./cryptography-faces.ts";
import type { CryptographyFaces } from "./cryptography-faces.ts";
import { macAlgorithmMember, macConditions, macMessageMember } from "./mac-members.ts";

const action = "kms:GenerateMac";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateMac.html */
export const generateMac = (faces: CryptographyFaces) =>
  operation(GenerateMacCommand, {
    members: { KeyId: keyIdText, Message: macMessageMember, MacAlgorithm: macAlgorithmMember, ...useMembers },
    permissions: (input) => [keyDemand(faces.keys, action, input.KeyId, undefined, macConditions(input))],
    mutates: false,
    handle: (input, call) => {
      checkUse(faces, input);
      const { MacAlgorithm: algorithm } = input;
      const key = claimKey(faces.keys, call, action, input.KeyId, undefined, macConditions(input));
      const mac = accepted(faces.keyPairUse.mac(key, algorithm, input.Message));
      return unlessDryRun(input, { KeyId: key.keyArn, Mac: mac.bytes, MacAlgorithm: algorithm });
    },
  });
