import { PutObjectCommand } from "@aws-sdk/client-s3";
import { stream, text } from "@strongroom/wire";
import type { Objects } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { aclMembers, checkAcl } from "../access-control-list.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { bodyClaimMembers, checksumAnswer, claimsOf } from "../checksum-members.ts";
import { describe, descriptionMembers } from "../description-members.ts";
import { customerKeyOf } from "../customer-key-members.ts";
import { encryptionMembers, encryptionOf, writtenEncryptionAnswer } from "../encryption-members.ts";
import { quoted } from "../entity-tag.ts";
import { expirationAnswer } from "../lifecycle/due-headers.ts";
import { lockMembers } from "../object-lock.ts";
import { accepted } from "../s3-error.ts";
import { checkStorageClass, storageClassMember } from "../storage-class.ts";
import { writtenVersion } from "../version-answer.ts";
import { demandKeyAgain, writeConditions, writePermissions } from "../write-permission.ts";
import { noBody } from "../body.ts";

export const putObject = (objects: Pick<Objects, "put" | "kmsKeyArn">) =>
  operation(PutObjectCommand, {
    members: {
      Bucket: text(),
      Key: text(),
      Body: stream(),
      IfMatch: text(),
      IfNoneMatch: text(),
      ...descriptionMembers,
      ...storageClassMember,
      ...bodyClaimMembers,
      ...encryptionMembers,
      ...lockMembers,
      ...aclMembers,
      ...ownerMember,
    },
    permissions: (input, call) => writePermissions(objects, input, { creates: true }, call.now),
    actions: ["s3:PutObject", "s3:PutObjectTagging", "s3:PutObjectRetention", "s3:PutObjectLegalHold", "s3:GetObject"],
    handle: async (input, call) => {
      checkOwner(input, call);
      checkAcl(input);
      checkStorageClass(input);
      demandKeyAgain(call, input, writePermissions(objects, input, { creates: true }, call.now));
      using customerKey = customerKeyOf(input);
      const stored = accepted(
        await objects.put({
          authority: call.authority,
          bucket: input.Bucket,
          key: input.Key,
          body: input.Body ?? noBody(),
          description: describe(input, call.now),
          claims: claimsOf(input, call),
          conditions: writeConditions(input),
          ...encryptionOf(objects, input, customerKey),
        }),
      );
      return {
        ETag: quoted(stored.etag),
        VersionId: writtenVersion(stored.versionId),
        ...checksumAnswer(stored.checksum),
        ...writtenEncryptionAnswer(stored.sealed, input),
        ...expirationAnswer(stored.expiration),
      };
    },
  });
