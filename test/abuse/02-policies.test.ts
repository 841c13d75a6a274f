import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import {
  CreatePolicyCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DeleteUserPolicyCommand,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
} from "@aws-sdk/client-iam";
import { CreateKeyCommand, DecryptCommand, EncryptCommand, PutKeyPolicyCommand } from "@aws-sdk/client-kms";
import {
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import {
  hostLacks,
  newRole,
  newUser,
  startHouse,
  type Statement,
  type TestHouse,
  refusalOf,
} from "@strongroom/testkit";
import { signRequest } from "@strongroom/wire";
import { hostOf, sendRaw, sha256, signerOf } from "./raw-request.ts";

const document = (...statements: Statement[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });
const everything = (bucket: string) => [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`];

describe("ways around a policy", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  before(async () => {
    house = await startHouse();
    const { s3 } = house.clients;
    for (const Bucket of ["source", "target"]) await s3.send(new CreateBucketCommand({ Bucket }));
    const versioned = { Bucket: "source", VersioningConfiguration: { Status: "Enabled" } } as const;
    await s3.send(new PutBucketVersioningCommand(versioned));
    await s3.send(new PutObjectCommand({ Bucket: "source", Key: "secret", Body: "secret" }));
  });
  after(() => house[Symbol.asyncDispose]());

  test("a copy reads its source: whoever may not read it cannot copy it, whole or in parts", async () => {
    using writer = await newUser(house.clients, "writer", [
      { Effect: "Allow", Action: "s3:*", Resource: everything("target") },
    ]);
    const CopySource = "source/secret";
    await denied("s3:GetObject", writer.s3.send(new CopyObjectCommand({ Bucket: "target", Key: "mine", CopySource })));
    const upload = { Bucket: "target", Key: "parts" };
    const { UploadId } = await writer.s3.send(new CreateMultipartUploadCommand(upload));
    const part = { ...upload, UploadId, PartNumber: 1, CopySource };
    await denied("s3:GetObject", writer.s3.send(new UploadPartCopyCommand(part)));
    using reader = await newUser(house.clients, "copy-reader", [
      { Effect: "Allow", Action: "s3:GetObject", Resource: everything("source") },
    ]);
    await denied("s3:PutObject", reader.s3.send(new CopyObjectCommand({ Bucket: "target", Key: "mine", CopySource })));
  });

  test("a version is read, copied and deleted by the permission for versions", async () => {
    const place = { Bucket: "source", Key: "secret" };
    const { Versions } = await house.clients.s3.send(new ListObjectVersionsCommand({ Bucket: "source" }));
    const VersionId = Versions?.[0]?.VersionId ?? "";
    using user = await newUser(house.clients, "current-only", [
      { Effect: "Allow", Action: ["s3:GetObject", "s3:DeleteObject", "s3:PutObject"], Resource: "*" },
    ]);
    await user.s3.send(new GetObjectCommand(place));
    await denied("s3:GetObjectVersion", user.s3.send(new GetObjectCommand({ ...place, VersionId })));
    await denied("s3:DeleteObjectVersion", user.s3.send(new DeleteObjectCommand({ ...place, VersionId })));
    const copy = { Bucket: "target", Key: "old", CopySource: `source/secret?versionId=${VersionId}` };
    await denied("s3:GetObjectVersion", user.s3.send(new CopyObjectCommand(copy)));
  });

  test("a tag that a policy forbids is not hidden by another of nearly the same name", async () => {
    using user = await newUser(house.clients, "tagger", [
      { Effect: "Allow", Action: "s3:*", Resource: "*" },
      {
        Sid: "NothingSecret",
        Effect: "Deny",
        Action: "s3:PutObject*",
        Resource: "*",
        Condition: { StringEquals: { "s3:RequestObjectTag/class": "secret" } },
      },
    ]);
    const object = { Bucket: "target", Key: "tagged", Body: "x" };
    await user.s3.send(new PutObjectCommand({ ...object, Tagging: "class=public" }));
    for (const Tagging of ["class=secret", "class=secret&Class=public", "CLASS=public&class=secret"]) {
      await denied("NothingSecret", user.s3.send(new PutObjectCommand({ ...object, Tagging })));
    }
  });

  test("the tags of the version that is read decide, not those of the newest", async () => {
    const place = { Bucket: "source", Key: "tagged" };
    const { s3 } = house.clients;
    const { VersionId } = await s3.send(new PutObjectCommand({ ...place, Body: "old", Tagging: "class=secret" }));
    await s3.send(new PutObjectCommand({ ...place, Body: "new", Tagging: "class=public" }));
    using reader = await newUser(house.clients, "tag-reader", [
      { Effect: "Allow", Action: "s3:GetObject*", Resource: "*" },
      {
        Sid: "NotTheSecretOnes",
        Effect: "Deny",
        Action: "s3:GetObject*",
        Resource: "*",
        Condition: { StringEquals: { "s3:ExistingObjectTag/class": "secret" } },
      },
    ]);
    await reader.s3.send(new GetObjectCommand(place));
    await denied("NotTheSecretOnes", reader.s3.send(new GetObjectCommand({ ...place, VersionId })));
    const copy = { Bucket: "target", Key: "copied", CopySource: `source/tagged?versionId=${VersionId ?? ""}` };
    await denied("NotTheSecretOnes", reader.s3.send(new CopyObjectCommand(copy)));
  });

  test("what the server knows of a request's network cannot be said by the request", async () => {
    await house.clients.s3.send(new CreateBucketCommand({ Bucket: "inside-only" }));
    await house.clients.s3.send(new PutObjectCommand({ Bucket: "inside-only", Key: "k", Body: "inside" }));
    const vpce = "vpce-0123456789abcdef0";
    const Policy = document({
      Sid: "OnlyThroughTheEndpoint",
      Effect: "Deny",
      Principal: "*",
      Action: ["s3:GetObject*"],
      Resource: everything("inside-only"),
      Condition: { StringNotEquals: { "aws:sourceVpce": vpce } },
    });
    await house.clients.s3.send(new PutBucketPolicyCommand({ Bucket: "inside-only", Policy }));
    const object = { Bucket: "inside-only", Key: "k" };
    await denied("OnlyThroughTheEndpoint", house.clients.s3.send(new GetObjectCommand(object)));
    const said = [
      "aws-sourcevpce",
      "aws-source-vpce",
      "x-amz-source-vpce",
      "x-amz-vpce-id",
      "x-amzn-vpce-id",
      "sourcevpce",
    ];
    const headers = said.map((name) => [name, vpce] as const);
    const query = ["aws:SourceVpce", "aws%3ASourceVpce", "SourceVpce"].map((name) => `${name}=${vpce}`).join("&");
    for (const target of ["/inside-only/k", `/inside-only/k?${query}`]) {
      const head = { method: "GET", target, headers: [["host", hostOf(house.place)] as const, ...headers] };
      const signer = signerOf(house.place, house.clients.credentials);
      const answer = await sendRaw(house.place, signRequest(head, signer, sha256("")).head);
      // A parameter that means nothing is refused by its name; it is never taken for a condition key.
      assert.match(
        answer.code,
        target.includes("?") ? /^(AccessDenied|NotImplemented)$/ : /^AccessDenied$/,
        answer.text,
      );
    }
  });

  test("an address that is said to be forwarded for is not the caller's", async () => {
    using near = await newUser(house.clients, "near", [
      {
        Effect: "Allow",
        Action: "s3:GetObject",
        Resource: "*",
        Condition: { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } },
      },
    ]);
    const forwarded = ["x-forwarded-for", "forwarded", "x-real-ip", "x-client-ip"].map(
      (name) => [name, "10.0.0.1"] as const,
    );
    const head = {
      method: "GET",
      target: "/source/secret",
      headers: [["host", hostOf(house.place)] as const, ...forwarded],
    };
    const signed = signRequest(head, signerOf(house.place, near.credentials), sha256("")).head;
    assert.equal((await sendRaw(house.place, signed)).code, "AccessDenied");
  });

  test("a key policy that says no outweighs the administrator's own policy", async () => {
    const { kms } = house.clients;
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    const KeyId = KeyMetadata?.KeyId ?? "";
    const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from("x") }));
    const root = `arn:aws:iam::${house.place.accountId}:root`;
    const statements: Statement[] = [
      { Effect: "Allow", Principal: { AWS: root }, Action: ["kms:*"], Resource: "*" },
      { Sid: "NobodyDecrypts", Effect: "Deny", Principal: "*", Action: ["kms:Decrypt"], Resource: "*" },
    ];
    await kms.send(new PutKeyPolicyCommand({ KeyId, Policy: document(...statements) }));
    await denied("NobodyDecrypts", kms.send(new DecryptCommand({ CiphertextBlob })));
  });

  test("what is taken away is gone with the next call", async () => {
    const read = new GetObjectCommand({ Bucket: "source", Key: "secret" });
    const allowed: Statement = { Effect: "Allow", Action: "s3:GetObject", Resource: "*" };
    using user = await newUser(house.clients, "leaving", [allowed]);
    await user.s3.send(read);
    const policy = { UserName: "leaving", PolicyName: "test" };
    await house.clients.iam.send(new DeleteUserPolicyCommand(policy));
    await denied("s3:GetObject", user.s3.send(read));
    await house.clients.iam.send(new PutUserPolicyCommand({ ...policy, PolicyDocument: document(allowed) }));
    await user.s3.send(read);
    const AccessKeyId = user.credentials.accessKeyId;
    await house.clients.iam.send(new UpdateAccessKeyCommand({ UserName: "leaving", AccessKeyId, Status: "Inactive" }));
    await assert.rejects(user.s3.send(read), { name: "SignatureDoesNotMatch" });

    using session = await (await newRole(house.clients, "leaving", [allowed])).assume();
    await session.s3.send(read);
    await house.clients.iam.send(new DeleteRolePolicyCommand({ RoleName: "leaving", PolicyName: "test" }));
    await denied("s3:GetObject", session.s3.send(read));
    await house.clients.iam.send(new DeleteRoleCommand({ RoleName: "leaving" }));
    await assert.rejects(session.s3.send(read));
  });

  test("a session can take less than its role has, and never more", async () => {
    const { arn } = await newRole(house.clients, "narrow", [
      { Effect: "Allow", Action: "s3:GetObject", Resource: everything("source") },
    ]);
    const Policy = document({ Effect: "Allow", Action: "*", Resource: "*" });
    const { Credentials: given } = await house.clients.sts.send(
      new AssumeRoleCommand({ RoleArn: arn, RoleSessionName: "greedy", Policy }),
    );
    const greedy = house.clientsFor({
      accessKeyId: given?.AccessKeyId ?? "",
      secretAccessKey: given?.SecretAccessKey ?? "",
      sessionToken: given?.SessionToken ?? "",
    });
    await greedy.s3.send(new GetObjectCommand({ Bucket: "source", Key: "secret" }));
    await denied("s3:PutObject", greedy.s3.send(new PutObjectCommand({ Bucket: "target", Key: "k", Body: "" })));
  });

  test("a policy that the evaluator would not understand is not stored", async () => {
    const { iam } = house.clients;
    const broken: unknown[] = [
      { Effect: "Allow", Action: "s3:*", Resource: "*", Condition: { StringIsh: { "aws:SourceIp": "x" } } },
      { Effect: "Perhaps", Action: "s3:*", Resource: "*" },
      { Effect: "Allow", Action: "s3:*", Resource: "*", Unless: {} },
      { Effect: "Allow", Resource: "*" },
      { Effect: "Allow", Principal: "*", Action: "s3:*", Resource: "*" },
    ];
    for (const [at, statement] of broken.entries()) {
      const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
      await assert.rejects(
        iam.send(new CreatePolicyCommand({ PolicyName: `broken-${at}`, PolicyDocument })),
        { name: "MalformedPolicyDocumentException" },
        PolicyDocument,
      );
    }
    assert.deepEqual(house.log, [], "nothing failed inside");
  });

  /** Denied, with the action named to the caller, or the statement that decided to the administrator. */
  async function denied(named: string, call: Promise<unknown>): Promise<void> {
    const { name, message, because } = await refusalOf(house.clients, call);
    assert.match(name, /^AccessDenied(Exception)?$/, message);
    assert.ok(`${message} ${because}`.includes(named), `${message} ${because}`);
  }
});
