import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { flag, given, oneOf, text } from "@strongroom/wire";
import { bucketArn, bucketPermission } from "../../../artifacts/index.ts";
import type { Buckets } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { aclMembers, checkAcl } from "../access-control-list.ts";
import { s3Error } from "../s3-error.ts";

const legacyRegion = "us-east-1";
const lockingActions = ["PutBucketObjectLockConfiguration", "PutBucketVersioning"];

export const createBucket = (buckets: Pick<Buckets, "create">) =>
  operation(CreateBucketCommand, {
    members: {
      Bucket: text(),
      ...aclMembers,
      GrantWrite: given,
      CreateBucketConfiguration: { LocationConstraint: given },
      ObjectOwnership: oneOf("BucketOwnerEnforced"),
      ObjectLockEnabledForBucket: flag(),
    },
    permissions: (input) => {
      const told = [
        ["s3:x-amz-acl", input.ACL],
        ["s3:x-amz-object-ownership", input.ObjectOwnership],
        ["s3:locationconstraint", input.CreateBucketConfiguration?.LocationConstraint],
      ] as const;
      const context = Object.fromEntries(told.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
      // ② a bucket that locks objects takes the rights to make it so.
      const locking = input.ObjectLockEnabledForBucket === true ? lockingActions : [];
      return [
        bucketPermission(input.Bucket, "CreateBucket", context),
        ...locking.map((action) => bucketPermission(input.Bucket, action)),
      ];
    },
    actions: ["s3:CreateBucket", ...lockingActions.map((action) => `s3:${action}`)],
    handle: (input, call) => {
      checkAcl(input);
      const location = input.CreateBucketConfiguration?.LocationConstraint;
      if (location !== undefined && location !== call.region) {
        throw s3Error(
          "IllegalLocationConstraintException",
          `The ${location} location constraint is incompatible for the region specific endpoint this request was sent to.`,
        );
      }
      const objectLock = input.ObjectLockEnabledForBucket === true;
      const answer = { Location: `/${input.Bucket}`, BucketArn: bucketArn(input.Bucket) };
      const made = buckets.create({ name: input.Bucket, accountId: call.accountId, objectLock });
      switch (made.kind) {
        case "created":
          return answer;
        case "already-owned":
          // As in the oldest region of S3, to make one's bucket again is no mistake there; but nobody is told that a
          // bucket locks objects which does not.
          if (call.region === legacyRegion && !objectLock) return answer;
          throw s3Error(
            "BucketAlreadyOwnedByYou",
            "Your previous request to create the named bucket succeeded and you already own it.",
            { BucketName: input.Bucket },
          );
        case "invalid-name":
          throw s3Error("InvalidBucketName", "The specified bucket is not valid.", { BucketName: input.Bucket });
      }
    },
  });
