import { PutObjectLegalHoldCommand } from "@aws-sdk/client-s3";
import { given } from "@strongroom/wire";
import type { Permission } from "../../../access/index.ts";
import type { Objects } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { documentMembers } from "../checksum-members.ts";
import { lockedVersionMembers, lockPermission } from "../object-lock.ts";
import { foundFor } from "../objects/read-members.ts";
import { malformedXml, missingBody } from "../s3-error.ts";
import { demandAgain } from "../write-permission.ts";

export const putObjectLegalHold = (objects: Pick<Objects, "setLegalHold">) =>
  operation(PutObjectLegalHoldCommand, {
    members: { ...lockedVersionMembers, LegalHold: { Status: given }, ...documentMembers, ...ownerMember },
    permissions: (input) => [holdPermission(input)],
    handle: (input, call) => {
      checkOwner(input, call);
      const { Bucket: bucket, Key: key, VersionId: versionId } = input;
      const status: string | undefined = input.LegalHold?.Status;
      if (input.LegalHold === undefined) throw missingBody();
      if (status !== "ON" && status !== "OFF") throw malformedXml();
      demandAgain(call, [holdPermission(input)]);
      foundFor(objects.setLegalHold({ bucket, key, versionId }, status === "ON"), input, call);
      return {};
    },
  });

function holdPermission(input: {
  readonly Bucket: string;
  readonly Key: string;
  readonly VersionId?: string;
  readonly LegalHold?: { readonly Status?: string };
}): Permission {
  const { Bucket: bucket, Key: key, VersionId: versionId, LegalHold: hold } = input;
  const context = hold?.Status === undefined ? {} : { "s3:object-lock-legal-hold": hold.Status };
  return lockPermission("PutObjectLegalHold", { bucket, key, versionId }, context);
}
