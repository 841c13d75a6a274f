import {
  CreateBucketCommand,
  DeleteBucketCommand,
  GetBucketEncryptionCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  HeadBucketCommand,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
} from "@aws-sdk/client-s3";
import type { Clients } from "@strongroom/testkit";
import { orAbsent, type Look } from "../write-ledger.ts";
import type { Operation } from "./operation.ts";

const nameOf = (name: string): string => `b-${name}`;

const bucketAt =
  (Bucket: string): Look =>
  ({ s3 }) =>
    orAbsent(async () => {
      await s3.send(new HeadBucketCommand({ Bucket }));
      return "there";
    }, "NotFound");

const createBucket: Operation = {
  name: "create-bucket",
  prepare({ clients: { s3 }, name }) {
    const Bucket = nameOf(name);
    const run = () => s3.send(new CreateBucketCommand({ Bucket }));
    return Promise.resolve({ run, look: bucketAt(Bucket), before: "absent", after: "there" });
  },
};

const deleteBucket: Operation = {
  name: "delete-bucket",
  async prepare({ clients: { s3 }, name }) {
    const Bucket = nameOf(name);
    await s3.send(new CreateBucketCommand({ Bucket }));
    const run = () => s3.send(new DeleteBucketCommand({ Bucket }));
    return { run, look: bucketAt(Bucket), before: "there", after: "absent" };
  },
};

/** A setting of a bucket: `put` makes it what `read` then tells. */
function configures(
  name: string,
  setting: {
    readonly put: (to: Clients["s3"], Bucket: string, keyId: string) => Promise<unknown>;
    readonly read: (from: Clients["s3"], Bucket: string) => Promise<string | undefined>;
    readonly before: string;
    readonly after: string;
  },
): Operation {
  return {
    name,
    async prepare({ clients: { s3 }, world, name: of }) {
      const Bucket = nameOf(of);
      await s3.send(new CreateBucketCommand({ Bucket }));
      const look: Look = (now) =>
        orAbsent(async () => (await setting.read(now.s3, Bucket)) ?? "absent", "NoSuchBucketPolicy", "NoSuchTagSet");
      return { ...setting, run: () => setting.put(s3, Bucket, world.keyId), look };
    },
  };
}

const policyFor = (Bucket: string): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Deny", Principal: "*", Action: "s3:PutObject", Resource: `arn:aws:s3:::${Bucket}/never/*` }],
  });

export const bucketOperations: readonly Operation[] = [
  createBucket,
  deleteBucket,
  configures("version-bucket", {
    put: (to, Bucket) =>
      to.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } })),
    read: async (from, Bucket) => (await from.send(new GetBucketVersioningCommand({ Bucket }))).Status,
    ...{ before: "absent", after: "Enabled" },
  }),
  configures("encrypt-bucket", {
    put(to, Bucket, KMSMasterKeyID) {
      const rule = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" as const, KMSMasterKeyID } };
      return to.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules: [rule] } }));
    },
    async read(from, Bucket) {
      const found = await from.send(new GetBucketEncryptionCommand({ Bucket }));
      const [rule] = found.ServerSideEncryptionConfiguration?.Rules ?? [];
      return rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm;
    },
    ...{ before: "AES256", after: "aws:kms" },
  }),
  configures("police-bucket", {
    put: (to, Bucket) => to.send(new PutBucketPolicyCommand({ Bucket, Policy: policyFor(Bucket) })),
    read: async (from, Bucket) => {
      const { Policy } = await from.send(new GetBucketPolicyCommand({ Bucket }));
      return Policy === undefined ? undefined : "there";
    },
    ...{ before: "absent", after: "there" },
  }),
  configures("tag-bucket", {
    put: (to, Bucket) =>
      to.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [{ Key: "team", Value: "risk" }] } })),
    read: async (from, Bucket) => (await from.send(new GetBucketTaggingCommand({ Bucket }))).TagSet?.[0]?.Value,
    ...{ before: "absent", after: "risk" },
  }),
];
