import { CreateMultipartUploadCommand } from "@aws-sdk/client-s3";
import { oneOf, text } from "@strongroom/wire";
import type { Multiparts } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { aclMembers, checkAcl } from "../access-control-list.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { algorithmNamed, checksumAlgorithmMember } from "../checksum-members.ts";
import { describe, descriptionMembers } from "../description-members.ts";
import { customerKeyOf } from "../customer-key-members.ts";
import { encryptionMembers, encryptionOf, writtenEncryptionAnswer } from "../encryption-members.ts";
import type { KeyNames } from "../encryption-members.ts";
import { abortAnswer } from "../lifecycle/due-headers.ts";
import { lockMembers } from "../object-lock.ts";
import { accepted, s3Error } from "../s3-error.ts";
import { checkStorageClass, storageClassMember } from "../storage-class.ts";
import { demandKeyAgain, writePermissions } from "../write-permission.ts";

export const createMultipartUpload = (multiparts: Pick<Multiparts, "create">, keys: KeyNames) =>
  operation(CreateMultipartUploadCommand, {
    members: {
      Bucket: text(),
      Key: text(),
      ChecksumType: oneOf("COMPOSITE", "FULL_OBJECT"),
      ...checksumAlgorithmMember,
      ...descriptionMembers,
      ...storageClassMember,
      ...encryptionMembers,
      ...lockMembers,
      ...aclMembers,
      ...ownerMember,
    },
    permissions: (input, call) => writePermissions(keys, input, { creates: false }, call.now),
    actions: ["s3:PutObject", "s3:PutObjectTagging", "s3:PutObjectRetention", "s3:PutObjectLegalHold"],
    handle: async (input, call) => {
      checkOwner(input, call);
      checkAcl(input);
      checkStorageClass(input);
      demandKeyAgain(call, input, writePermissions(keys, input, { creates: false }, call.now));
      using customerKey = customerKeyOf(input);
      const checksum = checksumOf(input);
      const { upload, abort } = accepted(
        await multiparts.create({
          authority: call.authority,
          bucket: input.Bucket,
          key: input.Key,
          description: describe(input, call.now),
          ...(checksum === undefined ? {} : { checksum }),
          ...encryptionOf(keys, input, customerKey),
        }),
      );
      return {
        Bucket: input.Bucket,
        Key: input.Key,
        UploadId: upload.id,
        ChecksumAlgorithm: checksum?.algorithm,
        ChecksumType: checksum?.type,
        ...writtenEncryptionAnswer(upload.sealed, input),
        ...abortAnswer(abort),
      };
    },
  });

/** CRC64NVME covers the whole; the others cover the parts' checksums unless it is said otherwise. */
function checksumOf(input: {
  readonly ChecksumAlgorithm?: string;
  readonly ChecksumType?: "COMPOSITE" | "FULL_OBJECT";
}) {
  const algorithm = algorithmNamed(input.ChecksumAlgorithm);
  const wanted = input.ChecksumType;
  if (algorithm === undefined) {
    if (wanted === undefined) return undefined;
    throw s3Error(
      "InvalidRequest",
      "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.",
    );
  }
  const type = wanted ?? (algorithm === "CRC64NVME" ? "FULL_OBJECT" : "COMPOSITE");
  const isCrc = algorithm.startsWith("CRC");
  if ((type === "FULL_OBJECT" && !isCrc) || (type === "COMPOSITE" && algorithm === "CRC64NVME")) {
    throw s3Error(
      "InvalidRequest",
      `The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    );
  }
  return { algorithm, type };
}
