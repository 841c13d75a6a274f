import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DecryptCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  PutKeyPolicyCommand,
  ReEncryptCommand,
  ScheduleKeyDeletionCommand,
} from "@aws-sdk/client-kms";
import {
  AbortMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { hostLacks, newUser, startHouse, type Clients, type Statement, type TestHouse } from "@strongroom/testkit";
import { presign, signRequest } from "@strongroom/wire";
import { hostOf, sendRaw, sha256, signerOf } from "./raw-request.ts";
import { denied, setStatements, verdictOf } from "./verdict.ts";

type Values = string | readonly string[];
interface Case {
  readonly key: string;
  readonly operator: string;
  readonly value: Values;
  readonly has: () => Promise<unknown>;
  readonly other: () => Promise<unknown>;
}
const Plaintext = Buffer.from("x");

describe("condition keys of KMS and S3", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  let user: Clients;
  let keyArn: string;
  let otherArn: string;
  before(async () => {
    house = await startHouse();
    user = await newUser(house.clients, "asker");
    const { kms, s3 } = house.clients;
    keyArn = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? "";
    otherArn = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? "";
    await kms.send(new CreateAliasCommand({ AliasName: "alias/first", TargetKeyId: keyArn }));
    await kms.send(new CreateAliasCommand({ AliasName: "alias/second", TargetKeyId: keyArn }));
    await s3.send(new CreateBucketCommand({ Bucket: "asked" }));
    await s3.send(new PutObjectCommand({ Bucket: "asked", Key: "there", Body: "x" }));
  });
  after(async () => {
    user[Symbol.dispose]();
    await house[Symbol.asyncDispose]();
  });

  const all: Statement = { Effect: "Allow", Action: ["s3:*", "kms:*"], Resource: "*" };
  const conditioned = (Effect: Statement["Effect"], action: string, { key, operator, value }: Case): Statement => {
    return { Effect, Action: action, Resource: "*", Condition: { [operator]: { [key]: value } } };
  };
  /** Each key denies by its value and only so, and allows by its value and only so. */
  async function tryAll(action: string, cases: readonly Case[], beside: readonly Statement[] = []): Promise<void> {
    for (const one of cases) {
      const said = `${action} ${one.key}`;
      await setStatements(house.clients, "asker", all, conditioned("Deny", action, one));
      assert.equal(await verdictOf(one.has()), "denied", `${said}: denied by its value`);
      assert.equal(await verdictOf(one.other()), "allowed", `${said}: not denied by another`);
      await setStatements(house.clients, "asker", conditioned("Allow", action, one), ...beside);
      assert.equal(await verdictOf(one.has()), "allowed", `${said}: allowed by its value`);
      assert.equal(await verdictOf(one.other()), "denied", `${said}: not allowed by another`);
    }
  }

  test("KMS tells what is asked of a key, and what the key is", async () => {
    const encrypt = (over: object = {}) => user.kms.send(new EncryptCommand({ KeyId: keyArn, Plaintext, ...over }));
    const byAlias = () => encrypt({ KeyId: "alias/first" });
    const other = () => encrypt({ KeyId: otherArn });
    const EncryptionContext = { project: "credit" };
    const stage = { EncryptionContext: { stage: "credit" } };
    const any = "ForAnyValue:StringEquals";
    await tryAll("kms:Encrypt", [
      { key: "kms:RequestAlias", operator: "StringEquals", value: "alias/first", has: byAlias, other: () => encrypt() },
      { key: "kms:ResourceAliases", operator: any, value: "alias/second", has: byAlias, other },
      { key: "kms:ResourceAliases", operator: any, value: "alias/second", has: () => encrypt(), other },
      {
        key: "kms:EncryptionContext:project",
        operator: "StringEquals",
        value: "credit",
        has: () => encrypt({ EncryptionContext }),
        other: () => encrypt(stage),
      },
      {
        key: "kms:EncryptionContextKeys",
        operator: any,
        value: "project",
        has: () => encrypt({ EncryptionContext }),
        other: () => encrypt(stage),
      },
    ]);
    const kinds = {
      KeySpec: "SYMMETRIC_DEFAULT",
      KeyUsage: "ENCRYPT_DECRYPT",
      KeyOrigin: "AWS_KMS",
      MultiRegion: "false",
    };
    const always = { ...kinds, EncryptionAlgorithm: "SYMMETRIC_DEFAULT", CallerAccount: house.place.accountId };
    for (const [name, value] of Object.entries(always)) {
      const operator = name === "MultiRegion" ? "Bool" : "StringEquals";
      const only = (wanted: string): Statement => ({ ...all, Condition: { [operator]: { [`kms:${name}`]: wanted } } });
      await setStatements(house.clients, "asker", only(value));
      await encrypt();
      await setStatements(house.clients, "asker", only(name === "MultiRegion" ? "true" : "OTHER"));
      await denied(encrypt(), "kms:Encrypt");
    }
    // It is no algorithm's matter to look at a key, and a request without an alias has none.
    await setStatements(house.clients, "asker", { ...all, Condition: { Null: { "kms:EncryptionAlgorithm": "true" } } });
    await user.kms.send(new DescribeKeyCommand({ KeyId: keyArn }));
    await denied(encrypt(), "kms:Encrypt");
  });

  test("KMS tells what is decrypted and under which name, and whether a key is left", async () => {
    const { CiphertextBlob } = await house.clients.kms.send(new EncryptCommand({ KeyId: keyArn, Plaintext }));
    const decrypt = (KeyId?: string) => user.kms.send(new DecryptCommand({ CiphertextBlob, KeyId }));
    await tryAll("kms:Decrypt", [
      {
        key: "kms:RequestAlias",
        operator: "StringEquals",
        value: "alias/second",
        has: () => decrypt("alias/second"),
        other: () => decrypt(),
      },
    ]);
    const reEncrypt = (DestinationKeyId: string) =>
      user.kms.send(new ReEncryptCommand({ CiphertextBlob, DestinationKeyId }));
    const same = { key: "kms:ReEncryptOnSameKey", operator: "Bool", value: "true" };
    const ways = { has: () => reEncrypt("alias/first"), other: () => reEncrypt(otherArn) };
    await tryAll("kms:ReEncrypt*", [{ ...same, ...ways }]);
  });

  test("KMS tells how a key's end and its policy are set", async () => {
    const newKey = async () => (await house.clients.kms.send(new CreateKeyCommand({}))).KeyMetadata?.KeyId ?? "";
    const end = async (PendingWindowInDays?: number) =>
      await user.kms.send(new ScheduleKeyDeletionCommand({ KeyId: await newKey(), PendingWindowInDays }));
    const days = "kms:ScheduleKeyDeletionPendingWindowInDays";
    await tryAll("kms:ScheduleKeyDeletion", [
      { key: days, operator: "NumericLessThan", value: "30", has: () => end(7), other: () => end() },
    ]);
    const Policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { AWS: "*" }, Action: "kms:*", Resource: "*" }],
    });
    const put = async (BypassPolicyLockoutSafetyCheck: boolean) =>
      await user.kms.send(new PutKeyPolicyCommand({ KeyId: await newKey(), Policy, BypassPolicyLockoutSafetyCheck }));
    const bypass = { key: "kms:BypassPolicyLockoutSafetyCheck", operator: "Bool", value: "true" };
    await tryAll("kms:PutKeyPolicy", [{ ...bypass, has: () => put(true), other: () => put(false) }]);
    const create = (over: object) => user.kms.send(new CreateKeyCommand({ Policy, ...over }));
    const made = { has: () => create({ BypassPolicyLockoutSafetyCheck: true }), other: () => create({}) };
    await tryAll("kms:CreateKey", [{ ...bypass, ...made }]);
  });

  test("S3 tells what a write says, keys by their ARN", async () => {
    const put = (over: object = {}) =>
      user.s3.send(new PutObjectCommand({ Bucket: "asked", Key: "k", Body: "x", ...over }));
    const begin = (over: object = {}) =>
      user.s3.send(new CreateMultipartUploadCommand({ Bucket: "asked", Key: "k", ...over }));
    const copy = (over: object = {}) =>
      user.s3.send(new CopyObjectCommand({ Bucket: "asked", Key: "copy", CopySource: "asked/there", ...over }));
    const kms = { ServerSideEncryption: "aws:kms" } as const;
    const id = keyArn.split("/").at(-1) ?? "";
    const equals = "StringEquals";
    const keyId = "s3:x-amz-server-side-encryption-aws-kms-key-id";
    const spelled = [keyArn, id, "alias/first", keyArn.replace(`key/${id}`, "alias/second")];
    const otherKey = { ...kms, SSEKMSKeyId: otherArn };
    const beside: Statement[] = [
      { Effect: "Allow", Action: ["kms:*", "s3:GetObject*", "s3:PutObjectTagging"], Resource: "*" },
    ];
    await tryAll(
      "s3:PutObject",
      [
        ...spelled.flatMap((SSEKMSKeyId): Case[] => [
          {
            key: keyId,
            operator: "ArnEquals",
            value: keyArn,
            has: () => put({ ...kms, SSEKMSKeyId }),
            other: () => put(otherKey),
          },
          {
            key: keyId,
            operator: equals,
            value: keyArn,
            has: () => begin({ ...kms, SSEKMSKeyId }),
            other: () => begin(otherKey),
          },
          {
            key: keyId,
            operator: equals,
            value: keyArn,
            has: () => copy({ ...kms, SSEKMSKeyId }),
            other: () => copy(otherKey),
          },
        ]),
        {
          key: "s3:x-amz-server-side-encryption",
          operator: equals,
          value: "AES256",
          has: () => put({ ServerSideEncryption: "AES256" }),
          other: () => put(),
        },
        {
          key: "s3:x-amz-acl",
          operator: equals,
          value: "bucket-owner-full-control",
          has: () => put({ ACL: "bucket-owner-full-control" }),
          other: () => put(),
        },
        {
          key: "s3:x-amz-storage-class",
          operator: equals,
          value: "STANDARD",
          has: () => put({ StorageClass: "STANDARD" }),
          other: () => put(),
        },
        {
          key: "s3:x-amz-copy-source",
          operator: "StringLike",
          value: "asked/there*",
          has: () => copy(),
          other: () => put(),
        },
        {
          key: "s3:x-amz-metadata-directive",
          operator: equals,
          value: "REPLACE",
          has: () => copy({ MetadataDirective: "REPLACE" }),
          other: () => copy({ MetadataDirective: "COPY" }),
        },
        {
          key: "s3:if-none-match",
          operator: equals,
          value: "*",
          has: () => put({ Key: `new-${Math.random()}`, IfNoneMatch: "*" }),
          other: () => put(),
        },
        { key: "s3:ObjectCreationOperation", operator: "Bool", value: "true", has: () => put(), other: () => begin() },
        {
          key: "s3:RequestObjectTag/class",
          operator: equals,
          value: "public",
          has: () => put({ Tagging: "class=public" }),
          other: () => put(),
        },
        {
          key: "s3:RequestObjectTagKeys",
          operator: "ForAnyValue:StringEquals",
          value: "class",
          has: () => put({ Tagging: "class=public" }),
          other: () => put(),
        },
      ],
      beside,
    );
  });

  test("a policy that asks for a key holds for every part of an upload", async () => {
    const keyed: Statement = {
      Effect: "Deny",
      Action: "s3:PutObject",
      Resource: "*",
      Condition: { StringNotEquals: { "s3:x-amz-server-side-encryption-aws-kms-key-id": keyArn } },
    };
    const upload = { Bucket: "asked", Key: "in-parts" };
    const part = (UploadId?: string) =>
      user.s3.send(new UploadPartCommand({ ...upload, UploadId, PartNumber: 1, Body: "x" }));
    const begin = (SSEKMSKeyId: string, by: Clients) =>
      by.s3.send(new CreateMultipartUploadCommand({ ...upload, ServerSideEncryption: "aws:kms", SSEKMSKeyId }));
    await setStatements(house.clients, "asker", all, keyed);
    await denied(begin(otherArn, user), "explicit deny");
    const { UploadId } = await begin("alias/first", user);
    await part(UploadId);
    const another = await begin(otherArn, house.clients);
    await denied(part(another.UploadId), "explicit deny");
    await user.s3.send(new AbortMultipartUploadCommand({ ...upload, UploadId }));
  });

  test("S3 tells what a listing asks for, which version is meant, and the tags that are there", async () => {
    const list = (over: object = {}) => user.s3.send(new ListObjectsV2Command({ Bucket: "asked", ...over }));
    const versions = (over: object = {}) => user.s3.send(new ListObjectVersionsCommand({ Bucket: "asked", ...over }));
    const equals = "StringEquals";
    const lists: Case[] = [list, versions].flatMap((ask) => [
      {
        key: "s3:prefix",
        operator: "StringLike",
        value: "home/*",
        has: () => ask({ Prefix: "home/a" }),
        other: () => ask({ Prefix: "x" }),
      },
      { key: "s3:delimiter", operator: equals, value: "/", has: () => ask({ Delimiter: "/" }), other: () => ask() },
      {
        key: "s3:max-keys",
        operator: "NumericLessThanEquals",
        value: "5",
        has: () => ask({ MaxKeys: 5 }),
        other: () => ask({ MaxKeys: 6 }),
      },
    ]);
    await tryAll("s3:ListBucket*", lists);
    const { s3 } = house.clients;
    await s3.send(new PutObjectCommand({ Bucket: "asked", Key: "secret", Body: "x", Tagging: "class=secret" }));
    const get = (Key: string, over: object = {}) =>
      user.s3.send(new GetObjectCommand({ Bucket: "asked", Key, ...over }));
    const secret = { has: () => get("secret"), other: () => get("there") };
    await tryAll("s3:GetObject", [{ key: "s3:ExistingObjectTag/class", operator: equals, value: "secret", ...secret }]);
    await setStatements(house.clients, "asker", all, {
      Effect: "Deny",
      Action: "s3:*",
      Resource: "*",
      Condition: { StringEquals: { "s3:ExistingObjectTag/class": "secret" } },
    });
    // As in S3, writing and deleting an object looks at no tag that it has.
    await user.s3.send(new DeleteObjectCommand({ Bucket: "asked", Key: "secret" }));
    await setStatements(house.clients, "asker", { ...all, Condition: { StringEquals: { "s3:VersionId": "null" } } });
    await get("there", { VersionId: "null" });
    await denied(get("there"), "s3:GetObject");
    await setStatements(house.clients, "asker", {
      ...all,
      Condition: { StringEquals: { "s3:ResourceAccount": house.place.accountId } },
    });
    await get("there");
    await setStatements(house.clients, "asker", {
      ...all,
      Condition: { StringEquals: { "s3:ResourceAccount": "999988887777" } },
    });
    await denied(get("there"), "s3:GetObject");
  });

  test("S3 tells how a request was signed: in a header, in its address, and how long ago", async () => {
    const signer = (secondsAgo = 0) =>
      signerOf(house.place, user.credentials, { now: new Date(Date.now() - secondsAgo * 1000) });
    const head = { method: "GET", target: "/asked/there", headers: [["host", hostOf(house.place)] as const] };
    const inHeader = async (hash: string = sha256("")) =>
      (await sendRaw(house.place, signRequest(head, signer(), hash).head)).status;
    const presigned = async (secondsAgo: number) => {
      const { head: signed } = presign(head, signer(secondsAgo), 3600, "UNSIGNED-PAYLOAD");
      return (await sendRaw(house.place, signed)).status;
    };
    const only = async (Condition: Statement["Condition"]) => {
      await setStatements(house.clients, "asker", { ...all, ...(Condition === undefined ? {} : { Condition }) });
    };
    await only({ StringEquals: { "s3:authType": "REST-HEADER" } });
    assert.deepEqual([await inHeader(), await presigned(0)], [200, 403]);
    await only({ StringEquals: { "s3:authType": "REST-QUERY-STRING" } });
    assert.deepEqual([await inHeader(), await presigned(0)], [403, 200]);
    await setStatements(house.clients, "asker", all, {
      Effect: "Deny",
      Action: "s3:*",
      Resource: "*",
      Condition: { NumericGreaterThan: { "s3:signatureAge": "600000" } },
    });
    assert.deepEqual([await inHeader(), await presigned(0), await presigned(601)], [200, 200, 403]);
    await only({ StringEquals: { "s3:x-amz-content-sha256": "UNSIGNED-PAYLOAD" } });
    assert.deepEqual([await inHeader(), await inHeader("UNSIGNED-PAYLOAD"), await presigned(0)], [403, 200, 403]);
    await only({ NumericLessThan: { "s3:TlsVersion": "1.2" } });
    assert.equal(await inHeader(), 403);
    // Keys of one service are not there for the actions of another.
    await setStatements(house.clients, "asker", {
      Effect: "Allow",
      Action: "kms:*",
      Resource: "*",
      Condition: { Null: { "s3:authType": "true", "s3:TlsVersion": "true", "ec2:Region": "true" } },
    });
    await user.kms.send(new GenerateDataKeyCommand({ KeyId: keyArn, KeySpec: "AES_256" }));
    await house.clients.kms.send(new DeleteAliasCommand({ AliasName: "alias/second" }));
    assert.deepEqual(house.log, [], "nothing failed inside");
  });
});
