import { CopyObjectCommand } from "@aws-sdk/client-s3";
import { oneOf, text } from "@strongroom/wire";
import { getObjectPermission, objectArn, putObjectPermission } from "../../../artifacts/index.ts";
import type { Objects } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { aclMember, checkAcl } from "../access-control-list.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { algorithmNamed, checksumAlgorithmMember, checksumAnswer } from "../checksum-members.ts";
import { copyConditionMembers, copyConditions, readCopySource } from "../copy-source.ts";
import { describe, descriptionMembers } from "../description-members.ts";
import { encryptionAnswer, encryptionMembers, encryptionOf, writeHeaders } from "../encryption-members.ts";
import { quoted } from "../entity-tag.ts";
import { accepted } from "../s3-error.ts";

export const copyObject = (objects: Pick<Objects, "copy" | "head">) =>
  operation(CopyObjectCommand, {
    members: {
      Bucket: text(),
      Key: text(),
      CopySource: text({ min: 1 }),
      MetadataDirective: oneOf("COPY", "REPLACE"),
      TaggingDirective: oneOf("COPY", "REPLACE"),
      ExpectedSourceBucketOwner: text(),
      ...copyConditionMembers,
      ...descriptionMembers,
      ...checksumAlgorithmMember,
      ...encryptionMembers,
      ...aclMember,
      ...ownerMember,
    },
    // ② both ends, the source by its version where one is named.
    permissions: (input) => {
      const { Bucket: bucket, Key: key } = input;
      const source = readCopySource(input.CopySource);
      const copied = `${source.bucket}/${source.key}`;
      const directive = { copySource: copied, metadataDirective: input.MetadataDirective };
      const put = putObjectPermission({ bucket, key }, { ...writeHeaders(input), ...directive });
      const tagged = objects.head(source);
      const copiesTags =
        input.TaggingDirective !== "REPLACE" &&
        tagged.kind === "object" &&
        tagged.version.description.tags !== undefined;
      const version = source.versionId === undefined ? "" : "Version";
      const readTags = {
        action: `s3:GetObject${version}Tagging`,
        resource: objectArn(source.bucket, source.key),
      };
      const writeTags = { action: "s3:PutObjectTagging", resource: objectArn(bucket, key) };
      return [
        getObjectPermission(source),
        put,
        ...(copiesTags ? [readTags] : []),
        ...(copiesTags || input.Tagging !== undefined ? [writeTags] : []),
      ];
    },
    actions: ["s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectTagging", "s3:PutObject", "s3:PutObjectTagging"],
    handle: async (input, call) => {
      checkOwner(input, call);
      checkAcl(input);
      const source = readCopySource(input.CopySource);
      const found = accepted(objects.head(source));
      const sourceIs = found.version.description;
      const replaced = describe(input);
      const { tags } = input.TaggingDirective === "REPLACE" ? replaced : sourceIs;
      const replaces = input.MetadataDirective === "REPLACE" || input.TaggingDirective === "REPLACE";
      const described = input.MetadataDirective === "REPLACE" ? replaced : sourceIs;
      const description = {
        headers: described.headers,
        metadata: described.metadata,
        ...(tags === undefined ? {} : { tags }),
      };
      const checksumAlgorithm = algorithmNamed(input.ChecksumAlgorithm);
      const stored = accepted(
        await objects.copy({
          authority: call.authority,
          source,
          sourceConditions: copyConditions(input),
          bucket: input.Bucket,
          key: input.Key,
          ...(replaces ? { description } : {}),
          ...(checksumAlgorithm === undefined ? {} : { checksumAlgorithm }),
          ...encryptionOf(input),
        }),
      );
      return {
        CopyObjectResult: {
          ETag: quoted(stored.etag),
          LastModified: stored.createdAt,
          ...checksumAnswer(stored.checksum),
        },
        CopySourceVersionId: stored.sourceVersionId,
        VersionId: stored.versionId,
        ...encryptionAnswer(stored.sealed),
      };
    },
  });
