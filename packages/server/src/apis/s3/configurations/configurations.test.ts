import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as s3 from "@aws-sdk/client-s3";
import type { S3Client } from "@aws-sdk/client-s3";
import { allowing, refused } from "../testing/refused.ts";
import { openS3World } from "../testing/s3-world.ts";
import type { S3World } from "../testing/s3-world.ts";

let world: S3World;
let admin: S3Client;
const Bucket = "nothing-configured";

before(async () => {
  world = await openS3World();
  admin = world.administrator;
  await admin.send(new s3.CreateBucketCommand({ Bucket }));
});
after(async () => {
  await world[Symbol.asyncDispose]();
});

const kinds = {
  Analytics: {
    get: (by: S3Client, of: string) => by.send(new s3.GetBucketAnalyticsConfigurationCommand({ Bucket: of, Id: "x" })),
    list: (by: S3Client, of: string) => by.send(new s3.ListBucketAnalyticsConfigurationsCommand({ Bucket: of })),
    put: () =>
      admin.send(
        new s3.PutBucketAnalyticsConfigurationCommand({
          Bucket,
          Id: "x",
          AnalyticsConfiguration: { Id: "x", StorageClassAnalysis: {} },
        }),
      ),
  },
  IntelligentTiering: {
    get: (by: S3Client, of: string) =>
      by.send(new s3.GetBucketIntelligentTieringConfigurationCommand({ Bucket: of, Id: "x" })),
    list: (by: S3Client, of: string) =>
      by.send(new s3.ListBucketIntelligentTieringConfigurationsCommand({ Bucket: of })),
    put: () =>
      admin.send(
        new s3.PutBucketIntelligentTieringConfigurationCommand({
          Bucket,
          Id: "x",
          IntelligentTieringConfiguration: {
            Id: "x",
            Status: "Enabled",
            Tierings: [{ Days: 90, AccessTier: "ARCHIVE_ACCESS" }],
          },
        }),
      ),
  },
  Inventory: {
    get: (by: S3Client, of: string) => by.send(new s3.GetBucketInventoryConfigurationCommand({ Bucket: of, Id: "x" })),
    list: (by: S3Client, of: string) => by.send(new s3.ListBucketInventoryConfigurationsCommand({ Bucket: of })),
    put: () =>
      admin.send(
        new s3.PutBucketInventoryConfigurationCommand({
          Bucket,
          Id: "x",
          InventoryConfiguration: {
            Id: "x",
            IsEnabled: true,
            IncludedObjectVersions: "All",
            Schedule: { Frequency: "Daily" },
            Destination: { S3BucketDestination: { Bucket: "arn:aws:s3:::x", Format: "CSV" } },
          },
        }),
      ),
  },
  Metrics: {
    get: (by: S3Client, of: string) => by.send(new s3.GetBucketMetricsConfigurationCommand({ Bucket: of, Id: "x" })),
    list: (by: S3Client, of: string) => by.send(new s3.ListBucketMetricsConfigurationsCommand({ Bucket: of })),
    put: () =>
      admin.send(new s3.PutBucketMetricsConfigurationCommand({ Bucket, Id: "x", MetricsConfiguration: { Id: "x" } })),
  },
};

test("what can be configured nowhere is answered as S3 answers where nothing is configured", async () => {
  for (const { get, list } of Object.values(kinds)) {
    await refused(get(admin, Bucket), "NoSuchConfiguration", 404);
    assert.equal((await list(admin, Bucket)).IsTruncated, false);
    await refused(get(admin, "no-such-thing"), "NoSuchBucket", 404);
    await refused(list(admin, "no-such-thing"), "NoSuchBucket", 404);
  }
});

test("each takes its own permission, and setting one is refused by name", async () => {
  const stranger = world.userWith("stranger", allowing(["s3:ListBucket"]));
  for (const [kind, { get, list, put }] of Object.entries(kinds)) {
    const reader = world.userWith(`reader-${kind}`, allowing([`s3:Get${kind}Configuration`]));
    await refused(get(reader, Bucket), "NoSuchConfiguration", 404);
    assert.equal((await list(reader, Bucket)).IsTruncated, false);
    await refused(get(stranger, Bucket), "AccessDenied", 403);
    await refused(list(stranger, Bucket), "AccessDenied", 403);
    await assert.rejects(put(), { name: "NotImplemented", message: new RegExp(`PutBucket${kind}Configuration`) });
  }
});
