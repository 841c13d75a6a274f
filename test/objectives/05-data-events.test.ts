import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import { LookupEventsCommand } from "@aws-sdk/client-cloudtrail";
import * as s3 from "@aws-sdk/client-s3";
import { hostLacks, newUser, startHouse, type Clients, type TestHouse } from "@strongroom/testkit";

const Bucket = "records";
const bucketArn = `arn:aws:s3:::${Bucket}`;

interface Recorded {
  readonly eventType: string;
  readonly eventCategory: string;
  readonly managementEvent: boolean;
  readonly readOnly: boolean;
  readonly errorCode?: string;
  readonly resources?: readonly { readonly type: string; readonly ARN: string; readonly accountId?: string }[];
  readonly requestParameters: Readonly<Record<string, unknown>>;
  readonly additionalEventData: Readonly<Record<string, unknown>>;
}

/** The newest record of a call. */
async function newest({ cloudtrail }: Clients, name: string): Promise<Recorded> {
  const LookupAttributes = [{ AttributeKey: "EventName" as const, AttributeValue: name }];
  const { Events } = await cloudtrail.send(new LookupEventsCommand({ LookupAttributes, MaxResults: 1 }));
  return JSON.parse(Events?.[0]?.CloudTrailEvent ?? "{}") as Recorded;
}

describe("objective 5: data events", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  before(async () => {
    house = await startHouse();
    await house.clients.s3.send(new s3.CreateBucketCommand({ Bucket }));
  });
  after(async () => {
    assert.deepEqual(house.log, [], "nothing failed inside");
    await house[Symbol.asyncDispose]();
  });

  const whole = () => ({ type: "AWS::S3::Bucket", ARN: bucketArn, accountId: house.place.accountId });
  const objectNamed = (key: string) => ({ type: "AWS::S3::Object", ARN: `${bucketArn}/${key}` });

  test("what is read and written says which object, how it was signed, and how many bytes went", async () => {
    const { clients } = house;
    await clients.s3.send(new s3.PutObjectCommand({ Bucket, Key: "a/b", Body: Buffer.alloc(1000) }));
    const put = await newest(clients, "PutObject");
    assert.deepEqual(
      [put.eventCategory, put.managementEvent, put.readOnly, put.eventType],
      ["Data", false, false, "AwsApiCall"],
    );
    assert.deepEqual(put.resources, [objectNamed("a/b"), whole()]);
    assert.deepEqual(put.requestParameters["bucketName"], Bucket);
    const { bytesTransferredIn, bytesTransferredOut, SignatureVersion, AuthenticationMethod } = put.additionalEventData;
    assert.deepEqual(
      [bytesTransferredIn, bytesTransferredOut, SignatureVersion, AuthenticationMethod],
      [1000, 0, "SigV4", "AuthHeader"],
    );
    const got = await clients.s3.send(new s3.GetObjectCommand({ Bucket, Key: "a/b", Range: "bytes=0-99" }));
    await got.Body?.transformToByteArray();
    const read = await newest(clients, "GetObject");
    assert.deepEqual([read.eventCategory, read.readOnly], ["Data", true]);
    assert.deepEqual(read.resources, [objectNamed("a/b"), whole()]);
    assert.equal(read.additionalEventData["bytesTransferredOut"], 100);
    await clients.s3.send(new s3.HeadObjectCommand({ Bucket, Key: "a/b" }));
    assert.equal((await newest(clients, "HeadObject")).additionalEventData["bytesTransferredOut"], 0);
  });

  test("a copy names both ends, a denial what was denied, a batch its bucket", async () => {
    const { clients } = house;
    await clients.s3.send(new s3.CopyObjectCommand({ Bucket, Key: "copy", CopySource: `${Bucket}/a/b` }));
    const copy = await newest(clients, "CopyObject");
    assert.deepEqual(copy.resources, [objectNamed("copy"), whole(), objectNamed("a/b"), whole()]);
    using stranger = await newUser(clients, "stranger");
    await assert.rejects(stranger.s3.send(new s3.GetObjectCommand({ Bucket, Key: "a/b" })), { name: "AccessDenied" });
    const denied = await newest(clients, "GetObject");
    assert.deepEqual([denied.errorCode, denied.eventCategory], ["AccessDenied", "Data"]);
    assert.deepEqual(denied.resources, [objectNamed("a/b"), whole()]);
    await clients.s3.send(new s3.DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: "copy" }] } }));
    assert.deepEqual((await newest(clients, "DeleteObjects")).resources, [whole()]);
  });

  test("what looks into a bucket is about data, what is about the bucket is management", async () => {
    const { clients } = house;
    await clients.s3.send(new s3.ListObjectsV2Command({ Bucket }));
    assert.equal((await newest(clients, "ListObjectsV2")).eventCategory, "Data");
    await clients.s3.send(new s3.GetBucketVersioningCommand({ Bucket }));
    const read = await newest(clients, "GetBucketVersioning");
    assert.deepEqual([read.eventCategory, read.managementEvent], ["Management", true]);
    assert.deepEqual(read.resources, [whole()]);
    assert.equal(read.additionalEventData["bytesTransferredIn"], undefined);
  });

  test("everything that touched an object is found by its ARN", async () => {
    const LookupAttributes = [{ AttributeKey: "ResourceName" as const, AttributeValue: `${bucketArn}/a/b` }];
    const { Events } = await house.clients.cloudtrail.send(new LookupEventsCommand({ LookupAttributes }));
    const names = (Events ?? []).map(({ EventName }) => EventName);
    assert.deepEqual(names, ["GetObject", "CopyObject", "HeadObject", "GetObject", "PutObject"]);
  });
});
