import { GetObjectAclCommand } from "@aws-sdk/client-s3";
import { text } from "@strongroom/wire";
import type { Objects } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { aclPermission, ownersAcl } from "../access-control-list.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { foundFor } from "./read-members.ts";

/** The list that says what holds anyway: the bucket's owner may do everything. */
export const getObjectAcl = (objects: Pick<Objects, "head">) =>
  operation(GetObjectAclCommand, {
    members: { Bucket: text(), Key: text(), VersionId: text({ min: 1, max: 1024 }), ...ownerMember },
    permissions: (input) => [aclPermission("Get", input)],
    actions: ["s3:GetObjectAcl", "s3:GetObjectVersionAcl"],
    mutates: false,
    handle: (input, call) => {
      checkOwner(input, call);
      const { Bucket: bucket, Key: key, VersionId: versionId } = input;
      foundFor(objects.head({ bucket, key, versionId }), input, call);
      return ownersAcl(call.accountId);
    },
  });
