import { CopyObjectCommand } from "@aws-sdk/client-s3";
import { oneOf, text } from "@strongroom/wire";
import { conditionPermissions, getObjectPermission, putObjectPermission } from "../../../artifacts/index.ts";
import type { Permission } from "../../../access/index.ts";
import type { Description, Objects } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { aclMembers, checkAcl } from "../access-control-list.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { algorithmNamed, checksumAlgorithmMember, checksumAnswer } from "../checksum-members.ts";
import { copyConditionMembers, copyConditions, readCopySource } from "../copy-source.ts";
import { describe, descriptionMembers } from "../description-members.ts";
import type { DescriptionInput } from "../description-members.ts";
import { customerKeyOf, sourceKeyMembers, sourceKeyOf } from "../customer-key-members.ts";
import { encryptionMembers, encryptionOf, writtenEncryptionAnswer } from "../encryption-members.ts";
import type { EncryptionInput } from "../encryption-members.ts";
import { quoted } from "../entity-tag.ts";
import { expirationAnswer } from "../lifecycle/due-headers.ts";
import { refuseUnsendable } from "../header-values.ts";
import { lockMembers, lockNamed, withLockPermissions } from "../object-lock.ts";
import { accepted } from "../s3-error.ts";
import { checkStorageClass, storageClassMember } from "../storage-class.ts";
import { writtenVersion } from "../version-answer.ts";
import { readTagHeader, withTagPermission } from "../tags.ts";
import { demandAgain, writeConditions, writeHeaders } from "../write-permission.ts";
import { foundFor } from "./read-members.ts";
import { taggingPermission } from "./tagging-permission.ts";

export const copyObject = (objects: Pick<Objects, "copy" | "head" | "kmsKeyArn">) =>
  operation(CopyObjectCommand, {
    members: {
      Bucket: text(),
      Key: text(),
      CopySource: text({ min: 1 }),
      MetadataDirective: oneOf("COPY", "REPLACE"),
      TaggingDirective: oneOf("COPY", "REPLACE"),
      ExpectedSourceBucketOwner: text(),
      IfMatch: text(),
      IfNoneMatch: text(),
      ...copyConditionMembers,
      ...descriptionMembers,
      ...storageClassMember,
      ...checksumAlgorithmMember,
      ...encryptionMembers,
      ...sourceKeyMembers,
      ...lockMembers,
      ...aclMembers,
      ...ownerMember,
    },
    // ② both ends, the source by its version where one is named.
    permissions: (input, call) => copyPermissions(objects, input, call.now),
    actions: [
      "s3:GetObject",
      "s3:GetObjectVersion",
      "s3:GetObjectTagging",
      "s3:GetObjectVersionTagging",
      "s3:PutObject",
      "s3:PutObjectTagging",
      "s3:PutObjectRetention",
      "s3:PutObjectLegalHold",
    ],
    handle: async (input, call) => {
      checkOwner(input, call);
      checkAcl(input);
      checkStorageClass(input);
      // ② nothing is awaited from here until the version that is read is settled.
      demandAgain(call, copyPermissions(objects, input, call.now));
      using customerKey = customerKeyOf(input);
      using sourceCustomerKey = sourceKeyOf(input);
      const source = readCopySource(input.CopySource);
      const found = foundFor(objects.head(source), { Bucket: source.bucket, Key: source.key }, call);
      const description = copyDescription(found.version.description, input, call.now);
      const lock = lockNamed(input, call.now);
      const checksumAlgorithm = algorithmNamed(input.ChecksumAlgorithm);
      const stored = accepted(
        await objects.copy({
          authority: call.authority,
          source,
          sourceConditions: copyConditions(input),
          sourceCustomerKey,
          conditions: writeConditions(input),
          bucket: input.Bucket,
          key: input.Key,
          ...(description === undefined ? {} : { description }),
          ...(lock === undefined ? {} : { lock }),
          ...(checksumAlgorithm === undefined ? {} : { checksumAlgorithm }),
          ...encryptionOf(objects, input, customerKey),
        }),
      );
      return {
        CopyObjectResult: {
          ETag: quoted(stored.etag),
          LastModified: stored.createdAt,
          ...checksumAnswer(stored.checksum),
        },
        CopySourceVersionId: stored.sourceVersionId,
        VersionId: writtenVersion(stored.versionId),
        ...writtenEncryptionAnswer(stored.sealed, input),
        ...expirationAnswer(stored.expiration),
      };
    },
  });

interface CopyInput extends DescriptionInput, EncryptionInput {
  readonly Bucket: string;
  readonly Key: string;
  readonly CopySource: string;
  readonly MetadataDirective?: string;
  readonly TaggingDirective?: string;
  readonly ACL?: string;
  readonly StorageClass?: string;
  readonly IfMatch?: string;
  readonly IfNoneMatch?: string;
}

function copyPermissions(objects: Pick<Objects, "head" | "kmsKeyArn">, input: CopyInput, now: Date): Permission[] {
  const { Bucket: bucket, Key: key, MetadataDirective: metadataDirective } = input;
  const source = readCopySource(input.CopySource);
  const copySource = `${source.bucket}/${source.key}`;
  const headers = { ...writeHeaders(objects, input), copySource, metadataDirective, creates: true };
  const put = putObjectPermission({ bucket, key }, headers);
  const found = objects.head(source);
  const hasTags = found.kind === "object" && found.version.description.tags !== undefined;
  const copiesTags = hasTags && input.TaggingDirective !== "REPLACE";
  // The tags that the copy will have, whether the request brings them or the source.
  const given = input.Tagging === undefined ? undefined : readTagHeader(input.Tagging);
  const tags = copiesTags ? found.version.description.tags : given;
  const demanded = [
    getObjectPermission(source),
    ...withLockPermissions(withTagPermission(put, tags), input, now),
    ...conditionPermissions({ bucket, key }, input.IfMatch),
  ];
  if (copiesTags) {
    const { bucket: Bucket, key: Key, versionId: VersionId } = source;
    demanded.push(taggingPermission("Get", { Bucket, Key, ...(VersionId === undefined ? {} : { VersionId }) }));
  }
  return demanded;
}

/** What the copy says about itself; undefined where all is taken over from the source. */
function copyDescription(source: Description, input: CopyInput, now: Date): Description | undefined {
  const replacesMetadata = input.MetadataDirective === "REPLACE";
  const replacesTags = input.TaggingDirective === "REPLACE";
  if (!replacesMetadata) refuseUnsendable(source);
  if (!replacesMetadata && !replacesTags) return undefined;
  const given = describe(input, now);
  const { headers, metadata } = replacesMetadata ? given : source;
  const { tags } = replacesTags ? given : source;
  return { headers, metadata, ...(tags === undefined ? {} : { tags }) };
}
