import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import { text } from "@strongroom/wire";
import { deleteObjectPermission } from "../../../artifacts/index.ts";
import type { Objects } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { accepted } from "../s3-error.ts";

export const deleteObject = (objects: Pick<Objects, "delete">) =>
  operation(DeleteObjectCommand, {
    members: { Bucket: text(), Key: text(), VersionId: text({ min: 1, max: 1024 }), ...ownerMember },
    permissions: ({ Bucket: bucket, Key: key, VersionId: versionId }) => [
      deleteObjectPermission({ bucket, key, versionId }),
    ],
    actions: ["s3:DeleteObject", "s3:DeleteObjectVersion"],
    handle: async (input, call) => {
      checkOwner(input, call);
      const { Bucket: bucket, Key: key, VersionId: versionId } = input;
      const deleted = accepted(await objects.delete({ bucket, key, versionId }));
      return { DeleteMarker: deleted.deleteMarker || undefined, VersionId: deleted.versionId };
    },
  });
