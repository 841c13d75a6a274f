import { PutObjectLegalHoldCommand } from "@aws-sdk/client-s3";
import { given } from "@strongroom/wire";
import type { Objects } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { documentMembers } from "../checksum-members.ts";
import { lockedVersionMembers, lockPermission } from "../object-lock.ts";
import { accepted, malformedXml } from "../s3-error.ts";

export const putObjectLegalHold = (objects: Pick<Objects, "setLegalHold">) =>
  operation(PutObjectLegalHoldCommand, {
    members: { ...lockedVersionMembers, LegalHold: { Status: given }, ...documentMembers, ...ownerMember },
    permissions: ({ Bucket: bucket, Key: key, VersionId: versionId, LegalHold: hold }) => {
      const context = hold?.Status === undefined ? {} : { "s3:object-lock-legal-hold": hold.Status };
      return [lockPermission("PutObjectLegalHold", { bucket, key, versionId }, context)];
    },
    handle: (input, call) => {
      checkOwner(input, call);
      const { Bucket: bucket, Key: key, VersionId: versionId } = input;
      const status: string | undefined = input.LegalHold?.Status;
      if (status !== "ON" && status !== "OFF") throw malformedXml();
      accepted(objects.setLegalHold({ bucket, key, versionId }, status === "ON"));
      return {};
    },
  });
