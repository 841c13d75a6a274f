import { CreateKeyCommand } from "@aws-sdk/client-kms";
import { flag, list, oneOf, text } from "@strongroom/wire";
import { kindConditions, kindFault, newMaterial, tagsMax, takesBrought } from "../../../encryption/index.ts";
import type { KeyKind, Keys } from "../../../encryption/index.ts";
import { operation } from "../../operation.ts";
import { chosen } from "../chosen.ts";
import { accepted, kmsError, validationError } from "../kms-error.ts";
import { lockOutCheck, policyText } from "../policy/policy-text.ts";
import { requestTags, tagMembers, tagRows } from "../tag/tag-members.ts";
import { keyMetadata } from "./key-metadata.ts";

const olderSpecs = [
  ...(["SYMMETRIC_DEFAULT", "RSA_2048", "RSA_3072", "RSA_4096", "ECC_NIST_P256", "ECC_NIST_P384"] as const),
  ...(["ECC_NIST_P521", "ECC_SECG_P256K1", "HMAC_224", "HMAC_256", "HMAC_384", "HMAC_512"] as const),
] as const;

const specMember = oneOf(...olderSpecs, "ECC_NIST_EDWARDS25519", "ML_DSA_44", "ML_DSA_65", "ML_DSA_87");
const usageMember = oneOf("ENCRYPT_DECRYPT", "SIGN_VERIFY", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT");
const originMember = oneOf("AWS_KMS", "EXTERNAL");

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html */
export const createKey = (keys: Pick<Keys, "create">) =>
  operation(CreateKeyCommand, {
    members: {
      Policy: policyText,
      Description: text({ max: 8192 }),
      KeyUsage: usageMember,
      KeySpec: specMember,
      CustomerMasterKeySpec: oneOf(...olderSpecs),
      Origin: originMember,
      BypassPolicyLockoutSafetyCheck: flag(),
      Tags: list(tagMembers, { max: tagsMax }),
      MultiRegion: flag({ only: false }),
    },
    permissions: (input) => {
      const context = {
        ...kindConditions(kindOf(input)),
        "kms:BypassPolicyLockoutSafetyCheck": String(input.BypassPolicyLockoutSafetyCheck ?? false),
        ...requestTags(input.Tags),
      };
      const create = { action: "kms:CreateKey", resource: "*", context };
      if ((input.Tags?.length ?? 0) === 0) return [create];
      return [create, { action: "kms:TagResource", resource: "*", context }];
    },
    actions: ["kms:CreateKey", "kms:TagResource"],
    handle: async (input, call) => {
      const kind = kindOf(input);
      checkKind(kind, input);
      const tags = tagRows(input.Tags);
      const material = kind.origin === "EXTERNAL" ? undefined : await newMaterial(kind.spec);
      // Only a policy of the caller's own can shut the caller out.
      const check = input.Policy && lockOutCheck(call, input.BypassPolicyLockoutSafetyCheck);
      const created = accepted(
        keys.create({
          kind,
          ...(material !== undefined && { material }),
          ...(input.Description !== undefined && { description: input.Description }),
          ...(input.Policy !== undefined && { policy: input.Policy }),
          ...(check && { keepsControl: check }),
          tags,
        }),
      );
      return { KeyMetadata: keyMetadata(created.key, call.accountId) };
    },
  });

interface KindInput {
  readonly KeySpec?: string;
  readonly CustomerMasterKeySpec?: string;
  readonly KeyUsage?: string;
  readonly Origin?: string;
}

function kindOf(input: KindInput): KeyKind {
  return {
    spec: chosen(specMember, input.KeySpec ?? input.CustomerMasterKeySpec ?? "SYMMETRIC_DEFAULT"),
    usage: chosen(usageMember, input.KeyUsage ?? "ENCRYPT_DECRYPT"),
    origin: chosen(originMember, input.Origin ?? "AWS_KMS"),
  };
}

function checkKind({ spec, usage, origin }: KeyKind, input: KindInput): void {
  if (input.KeySpec !== undefined && input.CustomerMasterKeySpec !== undefined) {
    throw validationError("You cannot specify KeySpec and CustomerMasterKeySpec in the same request.");
  }
  const fault = kindFault(spec, input.KeyUsage === undefined ? undefined : usage);
  if (fault !== undefined) throw validationError(fault);
  if (origin !== "EXTERNAL" || takesBrought(spec)) return;
  const message = `Origin EXTERNAL is not supported for the key spec ${spec}.`;
  throw kmsError({ kind: "refused", reason: "unsupported", message });
}
