import { DeleteObjectTaggingCommand } from "@aws-sdk/client-s3";
import { text } from "@strongroom/wire";
import type { Objects } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { demandAgain } from "../write-permission.ts";
import { foundFor } from "./read-members.ts";
import { taggingPermission } from "./tagging-permission.ts";

export const deleteObjectTagging = (objects: Pick<Objects, "setTags">) =>
  operation(DeleteObjectTaggingCommand, {
    members: { Bucket: text(), Key: text(), VersionId: text({ min: 1, max: 1024 }), ...ownerMember },
    permissions: (input) => [taggingPermission("Delete", input)],
    actions: ["s3:DeleteObjectTagging", "s3:DeleteObjectVersionTagging"],
    handle: (input, call) => {
      checkOwner(input, call);
      const { Bucket: bucket, Key: key, VersionId: versionId } = input;
      demandAgain(call, [taggingPermission("Delete", input)]);
      const name = { authority: call.authority, bucket, key, versionId };
      const found = foundFor(objects.setTags(name, undefined), input, call);
      return { VersionId: found.bucketIsVersioned ? found.version.versionId : undefined };
    },
  });
