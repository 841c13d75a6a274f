import { PutBucketAclCommand } from "@aws-sdk/client-s3";
import { text } from "@strongroom/wire";
import { bucketPermission } from "../../../artifacts/index.ts";
import type { Buckets } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { aclDocumentMembers, aclsNotSupported } from "../access-control-list.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { documentMembers } from "../checksum-members.ts";
import { noSuchBucket } from "../s3-error.ts";

/** Ownership is enforced, so no list can be set, as in AWS. */
export const putBucketAcl = (buckets: Pick<Buckets, "find">) =>
  operation(PutBucketAclCommand, {
    members: { Bucket: text(), ...aclDocumentMembers, ...documentMembers, ...ownerMember },
    permissions: ({ Bucket: bucket, ACL: acl }) => [
      bucketPermission(bucket, "PutBucketAcl", acl === undefined ? {} : { "s3:x-amz-acl": acl }),
    ],
    handle: (input, call) => {
      checkOwner(input, call);
      if (buckets.find(input.Bucket) === undefined) throw noSuchBucket(input.Bucket);
      throw aclsNotSupported();
    },
  });
