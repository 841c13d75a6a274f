import { PutBucketLifecycleConfigurationCommand } from "@aws-sdk/client-s3";
import { given, list, text } from "@strongroom/wire";
import { bucketPermission } from "../../../artifacts/index.ts";
import type { BucketLifecycle, Buckets } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { checksumAlgorithmMember, demandDigest } from "../checksum-members.ts";
import { missingBody, noSuchBucket, s3Error } from "../s3-error.ts";
import { readRules } from "./read-rules.ts";
import { ruleMembers } from "./rule-members.ts";

export const putBucketLifecycleConfiguration = (buckets: Pick<Buckets, "setLifecycle">) =>
  operation(PutBucketLifecycleConfigurationCommand, {
    members: {
      Bucket: text(),
      LifecycleConfiguration: { Rules: list(ruleMembers) },
      TransitionDefaultMinimumObjectSize: given,
      ...checksumAlgorithmMember,
      ...ownerMember,
    },
    permissions: ({ Bucket: bucket }) => [bucketPermission(bucket, "PutLifecycleConfiguration")],
    actions: ["s3:PutLifecycleConfiguration"],
    handle: (input, call) => {
      checkOwner(input, call);
      demandDigest(call.headers);
      const transitionMinimumSize = minimumOf(input.TransitionDefaultMinimumObjectSize);
      if (input.LifecycleConfiguration === undefined) throw missingBody();
      const rules = readRules(input.LifecycleConfiguration.Rules);
      if (buckets.setLifecycle(input.Bucket, { rules, transitionMinimumSize }).kind !== "set") {
        throw noSuchBucket(input.Bucket);
      }
      return { TransitionDefaultMinimumObjectSize: transitionMinimumSize };
    },
  });

function minimumOf(asked: string = "all_storage_classes_128K"): BucketLifecycle["transitionMinimumSize"] {
  if (asked === "all_storage_classes_128K" || asked === "varies_by_storage_class") return asked;
  throw s3Error("InvalidRequest", `Invalid TransitionDefaultMinimumObjectSize found: ${asked}`);
}
