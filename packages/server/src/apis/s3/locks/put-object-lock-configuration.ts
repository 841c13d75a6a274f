import { PutObjectLockConfigurationCommand } from "@aws-sdk/client-s3";
import { given, text } from "@strongroom/wire";
import { bucketPermission } from "../../../artifacts/index.ts";
import type { Buckets, DefaultRetention } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { documentMembers } from "../checksum-members.ts";
import { malformedXml, missingBody, noSuchBucket, s3Error } from "../s3-error.ts";

const daysMax = 36_500;
const yearsMax = 100;

export const putObjectLockConfiguration = (buckets: Pick<Buckets, "setObjectLock">) =>
  operation(PutObjectLockConfigurationCommand, {
    members: {
      Bucket: text(),
      ObjectLockConfiguration: {
        ObjectLockEnabled: given,
        Rule: { DefaultRetention: { Mode: given, Days: given, Years: given } },
      },
      ...documentMembers,
      ...ownerMember,
    },
    permissions: ({ Bucket: bucket }) => [bucketPermission(bucket, "PutBucketObjectLockConfiguration")],
    actions: ["s3:PutBucketObjectLockConfiguration"],
    handle: (input, call) => {
      checkOwner(input, call);
      const wanted = input.ObjectLockConfiguration;
      if (wanted === undefined) throw missingBody();
      const isEnabled: string | undefined = wanted.ObjectLockEnabled;
      if (isEnabled !== "Enabled") throw malformedXml();
      const { kind } = buckets.setObjectLock(input.Bucket, defaultRetention(wanted.Rule));
      if (kind === "no-such-bucket") throw noSuchBucket(input.Bucket);
      if (kind === "not-versioned") {
        throw s3Error(
          "InvalidBucketState",
          "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
        );
      }
      return {};
    },
  });

interface Rule {
  readonly DefaultRetention?: { readonly Mode?: string; readonly Days?: number; readonly Years?: number };
}

function defaultRetention(rule: Rule | undefined): DefaultRetention | undefined {
  if (rule === undefined) return undefined;
  const { Mode: mode, Days: days, Years: years } = rule.DefaultRetention ?? {};
  if ((mode !== "GOVERNANCE" && mode !== "COMPLIANCE") || (days === undefined) === (years === undefined)) {
    throw malformedXml();
  }
  if ((days ?? 1) < 1 || (years ?? 1) < 1) {
    throw s3Error("InvalidArgument", "Default retention period must be a positive integer value.");
  }
  if ((days ?? 1) > daysMax || (years ?? 1) > yearsMax) {
    throw s3Error("InvalidArgument", "Default retention period too large.");
  }
  return { mode, ...(days === undefined ? {} : { days }), ...(years === undefined ? {} : { years }) };
}
