import { PutObjectAclCommand } from "@aws-sdk/client-s3";
import { text } from "@strongroom/wire";
import type { Objects } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { aclDocumentMembers, aclPermission, aclsNotSupported } from "../access-control-list.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { documentMembers } from "../checksum-members.ts";
import { foundFor } from "./read-members.ts";

/** Ownership is enforced, so no list can be set, as in AWS. */
export const putObjectAcl = (objects: Pick<Objects, "head">) =>
  operation(PutObjectAclCommand, {
    members: {
      Bucket: text(),
      Key: text(),
      VersionId: text({ min: 1, max: 1024 }),
      ...aclDocumentMembers,
      ...documentMembers,
      ...ownerMember,
    },
    permissions: (input) => [aclPermission("Put", input)],
    actions: ["s3:PutObjectAcl", "s3:PutObjectVersionAcl"],
    handle: (input, call) => {
      checkOwner(input, call);
      const { Bucket: bucket, Key: key, VersionId: versionId } = input;
      foundFor(objects.head({ bucket, key, versionId }), input, call);
      throw aclsNotSupported();
    },
  });
