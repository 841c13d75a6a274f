import { strict as assert } from "node:assert";
import { createHash, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { after, before, describe, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { clientProgram, hostLacks, run, startHouse, type TestHouse } from "@strongroom/testkit";

const [aws, python] = [clientProgram("aws"), clientProgram("python")];
const [rclone, s3cmd] = ["/usr/bin/rclone", "/usr/bin/s3cmd"];
const isThere = aws !== undefined && python !== undefined && existsSync(rclone) && existsSync(s3cmd);
const skip = isThere
  ? await hostLacks()
  : "rclone, s3cmd or the AWS CLI is not installed: ./strongroom test brings them";

const partMib = 5;
/** Nothing, one byte, around a part and several parts; names that are written differently in a path, a query and XML. */
const sizes: Readonly<Record<string, number>> = {
  empty: 0,
  "one byte": 1,
  "below/ümläut+plus.txt": 1000,
  "below/deeper/a&b <c>.bin": partMib * 1024 * 1024 - 1,
  "exactly.bin": partMib * 1024 * 1024,
  "above%41.bin": partMib * 1024 * 1024 + 1,
  "large.bin": 23_000_001,
};

async function digests(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const found: Record<string, string> = {};
  for (const file of files.sort())
    found[file.slice(folder.length + 1)] = createHash("sha256")
      .update(await readFile(file))
      .digest("hex");
  return found;
}

describe("the field's tools for S3", { skip }, () => {
  let house: TestHouse;
  let folder: string;
  let original: Record<string, string>;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "strongroom-s3-tools-"));
    for (const [name, size] of Object.entries(sizes)) {
      await mkdir(join(folder, "tree", name, ".."), { recursive: true });
      await writeFile(join(folder, "tree", name), randomBytes(size));
    }
    original = await digests(join(folder, "tree"));
    house = await startHouse();
  });
  after(async () => {
    await house[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  async function call(program: string, words: readonly string[], environment: Record<string, string> = {}) {
    const { code, stdout, stderr } = await run(program, words, { folder, environment });
    assert.equal(code, 0, `${program} ${words.join(" ")}: ${stderr}`);
    return stdout;
  }

  async function changeOne(): Promise<void> {
    await writeFile(join(folder, "tree/exactly.bin"), randomBytes(partMib * 1024 * 1024 + 17));
    original = await digests(join(folder, "tree"));
  }

  async function keysOf(Bucket: string): Promise<string[]> {
    const { Contents } = await house.clients.s3.send(new ListObjectsV2Command({ Bucket }));
    return (Contents ?? []).map(({ Key }) => Key ?? "").sort();
  }

  /** The bucket holds exactly the tree, and no upload was left in the middle. */
  async function assertHolds(Bucket: string, prefix: string): Promise<void> {
    const names = Object.keys(original).map((name) => `${prefix}${name}`);
    assert.deepEqual(await keysOf(Bucket), names.sort());
    const { Uploads = [] } = await house.clients.s3.send(new ListMultipartUploadsCommand({ Bucket }));
    assert.deepEqual(Uploads, []);
    assert.deepEqual(house.log, [], "nothing failed inside");
  }

  test("rclone: sync, check by content, ranges, copies on the server's side, and deletions", async () => {
    const { place, credentials } = house.clients;
    const environment = {
      RCLONE_CONFIG: join(folder, "no-rclone.conf"),
      RCLONE_CONFIG_ROOM_TYPE: "s3",
      RCLONE_CONFIG_ROOM_PROVIDER: "Other",
      RCLONE_CONFIG_ROOM_ENDPOINT: place.endpoint,
      RCLONE_CONFIG_ROOM_REGION: place.region,
      RCLONE_CONFIG_ROOM_FORCE_PATH_STYLE: "true",
      RCLONE_CONFIG_ROOM_ACCESS_KEY_ID: credentials.accessKeyId,
      RCLONE_CONFIG_ROOM_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      RCLONE_CONFIG_ROOM_UPLOAD_CUTOFF: `${partMib}Mi`,
      RCLONE_CONFIG_ROOM_CHUNK_SIZE: `${partMib}Mi`,
      RCLONE_CONFIG_ROOM_COPY_CUTOFF: `${partMib}Mi`,
      RCLONE_CA_CERT: place.caPath,
      RCLONE_MULTI_THREAD_CUTOFF: `${partMib}Mi`,
      RCLONE_MULTI_THREAD_STREAMS: "4",
      RCLONE_RETRIES: "1",
      RCLONE_LOW_LEVEL_RETRIES: "1",
    };
    const room = (...words: string[]) => call(rclone, words, environment);
    await room("mkdir", "room:by-rclone");
    await room("sync", "tree", "room:by-rclone/tree", "--checksum");
    await assertHolds("by-rclone", "tree/");
    await room("check", "tree", "room:by-rclone/tree", "--download");
    await changeOne();
    await room("sync", "tree", "room:by-rclone/tree", "--checksum");
    await room("copy", "room:by-rclone/tree", "from-rclone");
    assert.deepEqual(await digests(join(folder, "from-rclone")), original);
    const large = await readFile(join(folder, "tree/large.bin"));
    const range = await room("hashsum", "md5", "room:by-rclone/tree/large.bin", "--download");
    assert.ok(range.startsWith(createHash("md5").update(large).digest("hex")));
    await room("moveto", "room:by-rclone/tree/large.bin", "room:by-rclone/moved.bin");
    assert.ok((await keysOf("by-rclone")).includes("moved.bin"));
    await room("copyto", "room:by-rclone/moved.bin", "moved.bin");
    assert.deepEqual(await readFile(join(folder, "moved.bin")), large);
    await room("purge", "room:by-rclone");
    assert.deepEqual(house.log, [], "nothing failed inside");
  });

  test("s3cmd: sync, get, info, cp, mv, del", async () => {
    const { place, credentials } = house.clients;
    const { host } = new URL(place.endpoint);
    const settings = [
      "[default]",
      `access_key = ${credentials.accessKeyId}`,
      `secret_key = ${credentials.secretAccessKey}`,
      `host_base = ${host}`,
      `host_bucket = ${host}`,
      `bucket_location = ${place.region}`,
      `ca_certs_file = ${place.caPath}`,
      "use_https = True",
      "check_ssl_certificate = True",
      `multipart_chunk_size_mb = ${partMib}`,
      "max_retries = 1",
    ];
    const config = join(folder, "s3cmd.ini");
    await writeFile(config, settings.join("\n"));
    const room = (...words: string[]) =>
      call(s3cmd, ["--no-progress", "--config", config, ...words], { LC_ALL: "C.UTF-8" });
    await room("mb", "s3://by-s3cmd");
    assert.match(await room("ls"), /s3:\/\/by-s3cmd/);
    await room("sync", "tree/", "s3://by-s3cmd/tree/");
    await assertHolds("by-s3cmd", "tree/");
    await changeOne();
    await room("sync", "tree/", "s3://by-s3cmd/tree/");
    await mkdir(join(folder, "from-s3cmd"));
    await room("sync", "s3://by-s3cmd/tree/", "from-s3cmd/");
    assert.deepEqual(await digests(join(folder, "from-s3cmd")), original);
    await room("get", "s3://by-s3cmd/tree/large.bin", "s3cmd-large.bin");
    assert.deepEqual(await readFile(join(folder, "s3cmd-large.bin")), await readFile(join(folder, "tree/large.bin")));
    assert.match(await room("info", "s3://by-s3cmd/tree/large.bin"), /File size: +23000001/);
    await room("cp", "--acl-private", "s3://by-s3cmd/tree/large.bin", "s3://by-s3cmd/copied.bin");
    await room("mv", "--acl-private", "s3://by-s3cmd/copied.bin", "s3://by-s3cmd/moved.bin");
    await room("get", "s3://by-s3cmd/moved.bin", "s3cmd-moved.bin");
    assert.deepEqual(await readFile(join(folder, "s3cmd-moved.bin")), await readFile(join(folder, "tree/large.bin")));
    // Unless told otherwise it sets the source's access control list on the copy, and there are no such lists.
    await assert.rejects(
      room("cp", "s3://by-s3cmd/tree/large.bin", "s3://by-s3cmd/copied.bin"),
      /AccessControlListNotSupported/,
    );
    await room("del", "--recursive", "--force", "s3://by-s3cmd");
    await room("rb", "s3://by-s3cmd");
    assert.deepEqual(house.log, [], "nothing failed inside");
  });

  test("aws s3 sync: there, changed, deleted, and back", async () => {
    const config = join(folder, "aws.ini");
    const transfer = `multipart_threshold = ${partMib}MB\n  multipart_chunksize = ${partMib}MB\n  max_concurrent_requests = 16`;
    await writeFile(config, `[default]\ns3 =\n  ${transfer}\n`);
    const environment = { ...house.clients.environment(), AWS_CONFIG_FILE: config };
    const room = (...words: string[]) => call(aws ?? "", ["s3", ...words], environment);
    await room("mb", "s3://by-aws");
    await room("sync", "tree", "s3://by-aws/tree");
    await assertHolds("by-aws", "tree/");
    await changeOne();
    await room("cp", "tree/large.bin", "s3://by-aws/tree/stray.bin");
    const told = await room("sync", "tree", "s3://by-aws/tree", "--delete");
    assert.match(told, /upload: .*exactly\.bin/);
    assert.match(told, /delete: .*stray\.bin/);
    assert.doesNotMatch(told, /large\.bin/);
    await assertHolds("by-aws", "tree/");
    await room("sync", "s3://by-aws/tree", "s3://by-aws/copy");
    await room("sync", "s3://by-aws/copy", "from-aws");
    assert.deepEqual(await digests(join(folder, "from-aws")), original);
  });

  test("a client that leaves in the middle of an answer is no failure of the server's", async () => {
    const { s3 } = house.clients;
    await s3.send(new CreateBucketCommand({ Bucket: "left" }));
    const object = { Bucket: "left", Key: "large" };
    await s3.send(new PutObjectCommand({ ...object, Body: await readFile(join(folder, "tree/large.bin")) }));
    const { Body } = await s3.send(new GetObjectCommand(object));
    (Body as Readable).destroy();
    await wait(500);
    assert.deepEqual(house.log, [], "nothing failed inside");
    const whole = await (await s3.send(new GetObjectCommand(object))).Body?.transformToByteArray();
    assert.equal(whole?.byteLength, 23_000_001);
  });

  test("boto3's transfer manager: many parts at once, ranges at once, copies in parts", async () => {
    await house.clients.s3.send(new CreateBucketCommand({ Bucket: "by-boto3" }));
    const script = fileURLToPath(new URL("s3_transfer.py", import.meta.url));
    await call(python ?? "", ["-B", script], { ...house.clients.environment(), TEST_BUCKET: "by-boto3" });
    const { Uploads = [] } = await house.clients.s3.send(new ListMultipartUploadsCommand({ Bucket: "by-boto3" }));
    assert.deepEqual(Uploads, [], "no upload was left in the middle");
    assert.deepEqual(house.log, [], "nothing failed inside");
  });
});
