import { GetObjectTaggingCommand } from "@aws-sdk/client-s3";
import { text } from "@strongroom/wire";
import type { Objects } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { tagSetOf } from "../tags.ts";
import { foundFor } from "./read-members.ts";
import { taggingPermission } from "./tagging-permission.ts";

export const getObjectTagging = (objects: Pick<Objects, "head">) =>
  operation(GetObjectTaggingCommand, {
    members: { Bucket: text(), Key: text(), VersionId: text({ min: 1, max: 1024 }), ...ownerMember },
    permissions: (input) => [taggingPermission("Get", input)],
    actions: ["s3:GetObjectTagging", "s3:GetObjectVersionTagging"],
    mutates: false,
    handle: (input, call) => {
      checkOwner(input, call);
      const { Bucket: bucket, Key: key, VersionId: versionId } = input;
      const found = foundFor(objects.head({ bucket, key, versionId }), input, call);
      return {
        TagSet: tagSetOf(found.version.description.tags ?? {}),
        VersionId: found.bucketIsVersioned ? found.version.versionId : undefined,
      };
    },
  });
