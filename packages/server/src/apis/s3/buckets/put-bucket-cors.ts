import { PutBucketCorsCommand } from "@aws-sdk/client-s3";
import { integer, list, text } from "@strongroom/wire";
import { bucketPermission } from "../../../artifacts/index.ts";
import type { Buckets, CorsRule } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner, ownerMember } from "../bucket-owner.ts";
import { documentMembers } from "../checksum-members.ts";
import { malformedXml, noSuchBucket, s3Error } from "../s3-error.ts";

const rulesMax = 100;
const methods = new Set(["GET", "PUT", "POST", "DELETE", "HEAD"]);

export const putBucketCors = (buckets: Pick<Buckets, "setCors">) =>
  operation(PutBucketCorsCommand, {
    members: {
      Bucket: text(),
      CORSConfiguration: {
        CORSRules: list({
          ID: text({ max: 255 }),
          AllowedMethods: list(text()),
          AllowedOrigins: list(text()),
          AllowedHeaders: list(text()),
          ExposeHeaders: list(text()),
          MaxAgeSeconds: integer({ min: 0 }),
        }),
      },
      ...documentMembers,
      ...ownerMember,
    },
    permissions: ({ Bucket: bucket }) => [bucketPermission(bucket, "PutBucketCORS")],
    actions: ["s3:PutBucketCORS"],
    handle: (input, call) => {
      checkOwner(input, call);
      const given = input.CORSConfiguration.CORSRules;
      if (given.length === 0 || given.length > rulesMax) throw malformedXml();
      if (buckets.setCors(input.Bucket, given.map(ruleOf)).kind !== "set") throw noSuchBucket(input.Bucket);
      return {};
    },
  });

interface GivenRule {
  readonly ID?: string;
  readonly AllowedMethods: readonly string[];
  readonly AllowedOrigins: readonly string[];
  readonly AllowedHeaders?: readonly string[];
  readonly ExposeHeaders?: readonly string[];
  readonly MaxAgeSeconds?: number;
}

function ruleOf(rule: GivenRule): CorsRule {
  const { AllowedMethods: allowedMethods, AllowedOrigins: allowedOrigins, AllowedHeaders: allowedHeaders } = rule;
  const { ID: id, ExposeHeaders: exposeHeaders, MaxAgeSeconds: maxAgeSeconds } = rule;
  if (allowedMethods.length === 0 || allowedOrigins.length === 0) throw malformedXml();
  const method = allowedMethods.find((one) => !methods.has(one));
  if (method !== undefined) {
    throw s3Error("InvalidRequest", `Found unsupported HTTP method in CORS config. Unsupported method is ${method}`);
  }
  for (const [name, values] of [
    ["AllowedOrigin", allowedOrigins],
    ["AllowedHeader", allowedHeaders ?? []],
  ] as const) {
    const twice = values.find((value) => value.split("*").length > 2);
    if (twice !== undefined) throw s3Error("InvalidRequest", `${name} "${twice}" can not have more than one wildcard.`);
  }
  const wild = [...(exposeHeaders ?? [])].find((value) => value.includes("*"));
  if (wild !== undefined) throw s3Error("InvalidRequest", `ExposeHeader "${wild}" contains wildcard.`);
  // What stands in headers of answers must be able to.
  const broken = [...allowedOrigins, ...(exposeHeaders ?? [])].find((value) => !/^[\x21-\x7e]+$/.test(value));
  if (broken !== undefined) throw malformedXml();
  return {
    allowedMethods,
    allowedOrigins,
    ...(id === undefined ? {} : { id }),
    ...(allowedHeaders === undefined ? {} : { allowedHeaders }),
    ...(exposeHeaders === undefined ? {} : { exposeHeaders }),
    ...(maxAgeSeconds === undefined ? {} : { maxAgeSeconds }),
  };
}
