import { strict as assert } from "node:assert";
import { randomBytes } from "node:crypto";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { request as plainRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { after, before, describe, test } from "node:test";
import {
  CreateKeyCommand,
  DecryptCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  EncryptCommand,
  ScheduleKeyDeletionCommand,
} from "@aws-sdk/client-kms";
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketEncryptionCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { defaultAccountId, defaultRegion, lineLog, openHouse, systemClock } from "@strongroom/server";
import { hostLacks, newUser, startHouse, type Clients, type TestHouse } from "@strongroom/testkit";

const Bucket = "sealed";
const object = { Bucket, Key: "k" };

describe("objective 4: data encryption", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  let clients: Clients;
  let keyArn: string;
  before(async () => {
    house = await startHouse();
    clients = house.clients;
    keyArn = (await clients.kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? "";
    await clients.s3.send(new CreateBucketCommand({ Bucket }));
    const Rules = [
      { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" as const, KMSMasterKeyID: keyArn } },
    ];
    await clients.s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }));
    await clients.s3.send(new PutObjectCommand({ ...object, Body: "under the key" }));
  });
  after(() => house[Symbol.asyncDispose]());

  const read = async (by = clients) => {
    const { Body } = await by.s3.send(new GetObjectCommand(object));
    return await Body?.transformToString();
  };

  test("what a bucket stores lies under the bucket's key", async () => {
    const head = await clients.s3.send(new HeadObjectCommand(object));
    assert.deepEqual([head.ServerSideEncryption, head.SSEKMSKeyId], ["aws:kms", keyArn]);
    assert.equal(await read(), "under the key");
  });

  test("who may read the object but not use the key does not read it", async () => {
    using reader = await newUser(clients, "reader", [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }]);
    await assert.rejects(read(reader), { name: "AccessDenied", message: /kms:Decrypt/ });
  });

  test("a disabled key stops what needs it, and is named; enabled again it goes on", async () => {
    await clients.kms.send(new DisableKeyCommand({ KeyId: keyArn }));
    const names = (error: Error) => {
      assert.ok(error.message.includes(keyArn), error.message);
      return true;
    };
    await assert.rejects(read(), names);
    await assert.rejects(clients.s3.send(new PutObjectCommand({ Bucket, Key: "new", Body: "x" })), names);
    await clients.kms.send(new EnableKeyCommand({ KeyId: keyArn }));
    assert.equal(await read(), "under the key");
  });

  test("a key that waits for its deletion opens nothing", async () => {
    const { KeyMetadata } = await clients.kms.send(new CreateKeyCommand({}));
    const KeyId = KeyMetadata?.KeyId ?? "";
    const { CiphertextBlob } = await clients.kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from("x") }));
    await clients.kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    await assert.rejects(clients.kms.send(new DecryptCommand({ CiphertextBlob })), {
      name: "KMSInvalidStateException",
    });
  });

  test("a ciphertext opens only with its own context, and not after a byte changed", async () => {
    const EncryptionContext = { project: "credit" };
    const sealed = { KeyId: keyArn, Plaintext: Buffer.from("secret"), EncryptionContext };
    const { CiphertextBlob = new Uint8Array() } = await clients.kms.send(new EncryptCommand(sealed));
    const opened = await clients.kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }));
    assert.equal(Buffer.from(opened.Plaintext ?? []).toString("utf8"), "secret");
    const other = { CiphertextBlob, EncryptionContext: { project: "other" } };
    await assert.rejects(clients.kms.send(new DecryptCommand(other)), { name: "InvalidCiphertextException" });
    for (let at = 0; at < CiphertextBlob.byteLength; at += 7) {
      const changed = Buffer.from(CiphertextBlob);
      changed[at] = (changed[at] ?? 0) ^ 1;
      const command = new DecryptCommand({ CiphertextBlob: changed, EncryptionContext });
      // A byte of the key's own name makes it another key's, of which there is none.
      const refused = { name: /^(InvalidCiphertextException|NotFoundException)$/ };
      await assert.rejects(clients.kms.send(command), refused, `byte ${at}`);
    }
  });

  test("on the wire there is TLS 1.2 or later, and nothing else", async () => {
    const { hostname, port } = new URL(house.place.endpoint);
    const ca = await readFile(house.place.caPath);
    const protocolWith = (maxVersion: "TLSv1.1" | "TLSv1.2" | "TLSv1.3") =>
      new Promise<string | null>((resolve) => {
        const settings = { host: hostname, port: Number(port), ca, minVersion: "TLSv1.1" as const, maxVersion };
        const socket = connect({ ...settings, ciphers: "DEFAULT@SECLEVEL=0" }, () => {
          resolve(socket.getProtocol());
          socket.destroy();
        });
        socket.on("error", () => {
          resolve("refused");
        });
      });
    assert.deepEqual(
      [await protocolWith("TLSv1.1"), await protocolWith("TLSv1.2"), await protocolWith("TLSv1.3")],
      ["refused", "TLSv1.2", "TLSv1.3"],
    );
    const plain = await new Promise<string>((resolve, reject) => {
      const sent = plainRequest({ host: hostname, port }, (answer) => {
        const parts: Buffer[] = [];
        answer.on("data", (part: Buffer) => parts.push(part));
        answer.on("end", () => resolve(`${answer.statusCode ?? 0} ${Buffer.concat(parts).toString("utf8")}`));
      });
      sent.on("error", reject);
      sent.end();
    });
    assert.match(plain, /^400 This port speaks HTTPS only/);
  });

  test("a copy of the data folder does not open without its secret, and tells nothing", async () => {
    const word = `told-${randomBytes(8).toString("hex")}`;
    await clients.s3.send(new PutObjectCommand({ Bucket, Key: word, Body: word, Metadata: { word } }));
    await house.stop();
    const stolen = await mkdtemp(join(tmpdir(), "strongroom-stolen-"));
    try {
      const dataDir = join(stolen, "data");
      // The database takes its log and its shared memory away once nothing in this process looks at them any more.
      const isTransient = (path: string) => /-(wal|shm)$/.test(path);
      await cp(house.dataDir, dataDir, { recursive: true, filter: (path) => !isTransient(path) });
      for (const entry of await readdir(dataDir, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue;
        const content = await readFile(join(entry.parentPath, entry.name));
        assert.ok(!content.includes(word), `${entry.name} tells it`);
      }
      const otherKey = join(stolen, "unseal.key");
      await writeFile(otherKey, randomBytes(32));
      const secrets = [
        { kind: "key-file", path: otherKey },
        { kind: "passphrase", text: "a guess at the passphrase of it" },
      ] as const;
      for (const secret of secrets) {
        const place = { dataDir, host: "127.0.0.1", port: 0, region: defaultRegion, accountId: defaultAccountId };
        const config = { ...place, secret, administratorFile: join(stolen, "administrator.json"), jobsAtOnceMax: 1 };
        const opening = openHouse({ config, clock: systemClock, log: lineLog(() => undefined) });
        await assert.rejects(opening, { name: "CannotStart", message: /seal/ });
      }
    } finally {
      await rm(stolen, { recursive: true, force: true });
    }
  });
});
