import { PutObjectTaggingCommand } from "@aws-sdk/client-s3";
import { list, text } from "@strongroom/wire";
import type { Permission } from "../../../access/index.ts";
import type { Objects } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { documentMembers } from "../checksum-members.ts";
import { readTagSet, tagConditions } from "../tags.ts";
import { demandAgain } from "../write-permission.ts";
import { foundFor } from "./read-members.ts";
import { taggingPermission } from "./tagging-permission.ts";

export const putObjectTagging = (objects: Pick<Objects, "setTags">) =>
  operation(PutObjectTaggingCommand, {
    members: {
      Bucket: text(),
      Key: text(),
      VersionId: text({ min: 1, max: 1024 }),
      Tagging: { TagSet: list({ Key: text(), Value: text() }) },
      ...documentMembers,
      ...ownerMember,
    },
    permissions: taggingPermissions,
    actions: ["s3:PutObjectTagging", "s3:PutObjectVersionTagging"],
    handle: (input, call) => {
      checkOwner(input, call);
      const { Bucket: bucket, Key: key, VersionId: versionId } = input;
      const tags = readTagSet(input.Tagging.TagSet);
      demandAgain(call, taggingPermissions(input));
      const found = foundFor(objects.setTags({ authority: call.authority, bucket, key, versionId }, tags), input, call);
      return { VersionId: found.bucketIsVersioned ? found.version.versionId : undefined };
    },
  });

function taggingPermissions(input: {
  readonly Bucket: string;
  readonly Key: string;
  readonly VersionId?: string;
  readonly Tagging: { readonly TagSet: Parameters<typeof readTagSet>[0] };
}): Permission[] {
  const put = taggingPermission("Put", input);
  return [{ ...put, context: { ...put.context, ...tagConditions(readTagSet(input.Tagging.TagSet)) } }];
}
