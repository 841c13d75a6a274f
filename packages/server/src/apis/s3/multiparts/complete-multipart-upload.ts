import { CompleteMultipartUploadCommand } from "@aws-sdk/client-s3";
import { integer, list, oneOf, text } from "@strongroom/wire";
import { conditionPermissions } from "../../../artifacts/index.ts";
import type { Multiparts, NamedPart } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { checksumAnswer, checksumValueMembers, statedChecksum } from "../checksum-members.ts";
import { customerKeyMembers, customerKeyOf } from "../customer-key-members.ts";
import { encryptionAnswer } from "../encryption-members.ts";
import { quoted, unquoted } from "../entity-tag.ts";
import { expirationAnswer } from "../lifecycle/due-headers.ts";
import { refuseWriteHeaders } from "../objects/read-members.ts";
import { accepted, malformedXml, s3Error } from "../s3-error.ts";
import { writtenVersion } from "../version-answer.ts";
import { writeConditions } from "../write-permission.ts";
import { partPermission } from "./part-permission.ts";

const partsMax = 10_000;

export const completeMultipartUpload = (multiparts: Pick<Multiparts, "complete" | "sealedUnder">) =>
  operation(CompleteMultipartUploadCommand, {
    members: {
      Bucket: text(),
      Key: text(),
      UploadId: text(),
      MultipartUpload: {
        Parts: list(
          { PartNumber: integer({ min: 1, max: partsMax }), ETag: text(), ...checksumValueMembers },
          { max: partsMax },
        ),
      },
      ChecksumType: oneOf("COMPOSITE", "FULL_OBJECT"),
      MpuObjectSize: integer({ min: 0 }),
      IfMatch: text(),
      IfNoneMatch: text(),
      ...checksumValueMembers,
      ...customerKeyMembers,
      ...ownerMember,
    },
    permissions: (input) => [
      partPermission(multiparts, input, { ifMatch: input.IfMatch, ifNoneMatch: input.IfNoneMatch, creates: true }),
      ...conditionPermissions({ bucket: input.Bucket, key: input.Key }, input.IfMatch),
    ],
    actions: ["s3:PutObject", "s3:GetObject"],
    handle: async (input, call) => {
      checkOwner(input, call);
      refuseWriteHeaders(call);
      using customerKey = customerKeyOf(input);
      const checksum = statedChecksum(input);
      const { MpuObjectSize: sizeBytes, ChecksumType: checksumType } = input;
      const named = input.MultipartUpload?.Parts ?? [];
      if (named.length === 0) throw malformedXml();
      const parts = named.map((part): NamedPart => {
        if (part.PartNumber === undefined || part.ETag === undefined) {
          throw s3Error("MalformedXML", "A part must have a PartNumber and an ETag");
        }
        const stated = statedChecksum(part);
        const named = { part: part.PartNumber, etag: unquoted(part.ETag) };
        return stated === undefined ? named : { ...named, checksum: stated };
      });
      const stored = accepted(
        await multiparts.complete({
          authority: call.authority,
          bucket: input.Bucket,
          key: input.Key,
          uploadId: input.UploadId,
          parts,
          customerKey,
          conditions: writeConditions(input),
          expected: {
            ...(checksum === undefined ? {} : { checksum }),
            ...(checksumType === undefined ? {} : { checksumType }),
            ...(sizeBytes === undefined ? {} : { sizeBytes }),
          },
        }),
      );
      return {
        Location: `/${input.Bucket}/${encodeURIComponent(input.Key).replaceAll("%2F", "/")}`,
        Bucket: input.Bucket,
        Key: input.Key,
        ETag: quoted(stored.etag),
        VersionId: writtenVersion(stored.versionId),
        ...checksumAnswer(stored.checksum),
        ...encryptionAnswer(stored.sealed),
        ...expirationAnswer(stored.expiration),
      };
    },
  });
