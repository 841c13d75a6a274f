import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import { LookupEventsCommand, type LookupAttribute } from "@aws-sdk/client-cloudtrail";
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  EncryptCommand,
} from "@aws-sdk/client-kms";
import { CopyObjectCommand, CreateBucketCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { CreateProcessingJobCommand } from "@aws-sdk/client-sagemaker";
import { AdminClient, ExplainRequestCommand, VerifyAuditCommand, type RequestExplanation } from "@strongroom/admin-api";
import { hostLacks, newUser, startHouse, type TestHouse } from "@strongroom/testkit";
import { furnish, processed, scriptRequest, type Room } from "../sagemaker/room.ts";

/** What is read here of a record. */
interface KeyRecord {
  readonly eventName: string;
  readonly eventSource: string;
  readonly eventType: string;
  readonly sourceIPAddress: string;
  readonly readOnly: boolean;
  readonly requestID: string;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  readonly userIdentity: { readonly arn?: string; readonly type: string; readonly invokedBy?: string };
  readonly requestParameters: Readonly<Record<string, unknown>>;
  readonly resources?: readonly { readonly ARN: string; readonly type: string }[];
  readonly additionalEventData: {
    readonly keyMaterialId?: string;
    readonly onBehalfOf?: { readonly eventSource: string; readonly requestID: string };
    readonly authorization?: { readonly decisions: readonly { readonly action: string; readonly outcome: string }[] };
  };
}

describe("what services do with keys for somebody", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  let room: Room;
  before(async () => {
    house = await startHouse();
    room = await furnish(house.clients);
    await house.clients.s3.send(new CreateBucketCommand({ Bucket: "sealed" }));
  });
  after(() => house[Symbol.asyncDispose]());

  async function newKey(): Promise<string> {
    return (await house.clients.kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? "";
  }

  /** The uses of a key that services made, oldest first. */
  async function usesOf(AttributeValue: string, by: LookupAttribute["AttributeKey"] = "ResourceName") {
    const LookupAttributes = [{ AttributeKey: by, AttributeValue }];
    const { Events } = await house.clients.cloudtrail.send(
      new LookupEventsCommand({ LookupAttributes, MaxResults: 50 }),
    );
    const records = (Events ?? []).map(({ CloudTrailEvent }) => JSON.parse(CloudTrailEvent ?? "{}") as KeyRecord);
    return records.filter(({ userIdentity }) => userIdentity.invokedBy !== undefined).reverse();
  }

  const under = (Key: string, SSEKMSKeyId: string) =>
    new PutObjectCommand({ Bucket: "sealed", Key, Body: "x", ServerSideEncryption: "aws:kms", SSEKMSKeyId });

  test("each has a record of its own, with the caller, the service, the key and the context", async () => {
    const key = await newKey();
    await house.clients.kms.send(new CreateAliasCommand({ AliasName: "alias/sealed", TargetKeyId: key }));
    using ada = await newUser(house.clients, "ada", [{ Effect: "Allow", Action: ["s3:*", "kms:*"], Resource: "*" }]);
    const put = await ada.s3.send(under("a", "alias/sealed"));
    const got = await ada.s3.send(new GetObjectCommand({ Bucket: "sealed", Key: "a" }));
    await got.Body?.transformToString();
    const uses = await usesOf(key);
    assert.deepEqual(
      uses.map(({ eventName }) => eventName),
      ["GenerateDataKey", "Decrypt"],
    );
    for (const use of uses) {
      assert.deepEqual(
        [use.eventSource, use.eventType, use.sourceIPAddress, use.readOnly, use.errorCode],
        ["kms.amazonaws.com", "AwsApiCall", "s3.amazonaws.com", true, undefined],
      );
      assert.deepEqual([use.userIdentity.type, use.userIdentity.invokedBy], ["IAMUser", "s3.amazonaws.com"]);
      assert.match(use.userIdentity.arn ?? "", /:user\/ada$/);
      assert.deepEqual(use.requestParameters["encryptionContext"], { "aws:s3:arn": "arn:aws:s3:::sealed/a" });
      assert.equal(use.requestParameters["keyId"], key);
      assert.deepEqual(
        use.resources?.map(({ ARN, type }) => [ARN, type]),
        [[key, "AWS::KMS::Key"]],
      );
      assert.match(use.additionalEventData.keyMaterialId ?? "", /^[0-9a-f]{64}$/);
      assert.deepEqual(
        use.additionalEventData.authorization?.decisions.map(({ action, outcome }) => [action, outcome]),
        [[`kms:${use.eventName}`, "allowed"]],
      );
    }
    assert.deepEqual(
      uses.map(({ additionalEventData }) => additionalEventData.onBehalfOf?.requestID),
      [put.$metadata.requestId, got.$metadata.requestId],
    );
    // By the key's id alone too, as the last part of the ARN.
    assert.equal((await usesOf(key.split("/").at(-1) ?? "")).length, 2);
    assert.ok((await usesOf("AWS::KMS::Key", "ResourceType")).length >= 2);
    const { place, credentials, agent } = house.clients;
    const admin = new AdminClient({ ...place, credentials, agent });
    const { Explanation } = await admin.send(new ExplainRequestCommand({ RequestId: uses[0]?.requestID ?? "" }));
    const explained = JSON.parse(Explanation ?? "{}") as RequestExplanation;
    assert.equal((explained.event as { eventName?: string }).eventName, "PutObject");
    assert.match(JSON.stringify(explained.decisions), /kms:GenerateDataKey/);
    assert.ok((await admin.send(new VerifyAuditCommand({}))).Held);
  });

  test("what lies under no key of KMS uses none", async () => {
    const before = (await usesOf("kms.amazonaws.com", "EventSource")).length;
    await house.clients.s3.send(new PutObjectCommand({ Bucket: "sealed", Key: "plain", Body: "x" }));
    await house.clients.s3.send(new GetObjectCommand({ Bucket: "sealed", Key: "plain" }));
    assert.equal((await usesOf("kms.amazonaws.com", "EventSource")).length, before);
  });

  test("a copy uses the source's key and the destination's", async () => {
    const [from, to] = [await newKey(), await newKey()];
    await house.clients.s3.send(under("from", from));
    const settings = { ServerSideEncryption: "aws:kms", SSEKMSKeyId: to } as const;
    const copy = { Bucket: "sealed", Key: "to", CopySource: "sealed/from", ...settings };
    await house.clients.s3.send(new CopyObjectCommand(copy));
    const names = async (key: string) => (await usesOf(key)).map(({ eventName }) => eventName);
    assert.deepEqual(await names(from), ["GenerateDataKey", "Decrypt"]);
    assert.deepEqual(await names(to), ["GenerateDataKey"]);
  });

  test("what was refused is recorded as refused, by which code and why", async () => {
    const key = await newKey();
    await house.clients.s3.send(under("refused", key));
    using eve = await newUser(house.clients, "eve", [{ Effect: "Allow", Action: "s3:*", Resource: "*" }]);
    await assert.rejects(eve.s3.send(under("other", key)));
    await assert.rejects(eve.s3.send(new GetObjectCommand({ Bucket: "sealed", Key: "refused" })));
    await house.clients.kms.send(new DisableKeyCommand({ KeyId: key }));
    await assert.rejects(house.clients.s3.send(new GetObjectCommand({ Bucket: "sealed", Key: "refused" })));
    await house.clients.kms.send(new EnableKeyCommand({ KeyId: key }));
    const [, ...refused] = await usesOf(key);
    assert.deepEqual(
      refused.map(({ eventName, errorCode }) => [eventName, errorCode]),
      [
        ["GenerateDataKey", "AccessDenied"],
        ["Decrypt", "AccessDenied"],
        ["Decrypt", "DisabledException"],
      ],
    );
    assert.match(refused[0]?.errorMessage ?? "", /user\/eve is not authorized to perform: kms:GenerateDataKey/);
    assert.equal(refused[0]?.additionalEventData.authorization?.decisions[0]?.outcome, "implicit-deny");
    assert.match(refused[2]?.errorMessage ?? "", new RegExp(`${key} is disabled`));
    const absent = key.replace(/.{12}$/, "000000000000");
    await assert.rejects(house.clients.s3.send(under("absent", absent)));
    assert.deepEqual(
      (await usesOf(absent)).map(({ errorCode }) => errorCode),
      ["NotFoundException"],
    );
  });

  test("a job's volume and its transfers use keys as the job's role", async () => {
    const key = await newKey();
    const request = scriptRequest({ ...room, keyArn: key }, "key-uses", "echo done");
    await house.clients.sagemaker.send(new CreateProcessingJobCommand(request));
    assert.equal((await processed(house.clients, "key-uses")).ProcessingJobStatus, "Completed");
    const [use, ...more] = await usesOf(key);
    assert.deepEqual(more, []);
    assert.deepEqual([use?.eventName, use?.userIdentity.type], ["GenerateDataKey", "AssumedRole"]);
    assert.equal(use?.userIdentity.invokedBy, "sagemaker.amazonaws.com");
    assert.match(use.userIdentity.arn ?? "", /assumed-role\/execution\/SageMaker-key-uses$/);
    const { "aws:sagemaker:arn": job } = use.requestParameters["encryptionContext"] as Record<string, string>;
    assert.match(job ?? "", /:processing-job\/key-uses$/);
  });

  test("a call to KMS itself is found by its key, under whichever name it used it", async () => {
    const key = await newKey();
    await house.clients.kms.send(new CreateAliasCommand({ AliasName: "alias/direct", TargetKeyId: key }));
    await house.clients.kms.send(new EncryptCommand({ KeyId: "alias/direct", Plaintext: Buffer.from("x") }));
    const LookupAttributes = [{ AttributeKey: "ResourceName" as const, AttributeValue: key }];
    const { Events } = await house.clients.cloudtrail.send(new LookupEventsCommand({ LookupAttributes }));
    assert.deepEqual(
      Events?.map(({ EventName }) => EventName),
      ["Encrypt", "CreateAlias"],
    );
  });
});
