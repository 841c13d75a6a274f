import { strict as assert } from "node:assert";
import { createHash, randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { clientProgram, hostLacks, run, startHouse, type TestHouse } from "@strongroom/testkit";

const aws = clientProgram("aws");
const skip = aws === undefined ? "the AWS CLI is not installed: ./strongroom test brings it" : await hostLacks();

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

describe("the AWS command line", { skip }, () => {
  let house: TestHouse;
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "strongroom-aws-cli-"));
    house = await startHouse();
  });
  after(async () => {
    await house[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  const call = (...words: string[]) => run(aws ?? "", words, { folder, environment: house.clients.environment() });

  async function answered(...words: string[]): Promise<string> {
    const { code, stdout, stderr } = await call(...words);
    assert.equal(code, 0, `aws ${words.join(" ")}: ${stderr}`);
    return stdout;
  }

  async function json(...words: string[]): Promise<Record<string, unknown>> {
    return JSON.parse(await answered(...words, "--output", "json")) as Record<string, unknown>;
  }

  async function refusedAs(code: string, ...words: string[]): Promise<void> {
    const ended = await call(...words);
    assert.notEqual(ended.code, 0);
    assert.match(ended.stderr, new RegExp(`\\(${code}\\)`));
  }

  test("s3: mb, cp, ls, sync, presign, rm, rb", async () => {
    const large = randomBytes(20_000_000);
    await writeFile(join(folder, "large.bin"), large);
    await answered("s3", "mb", "s3://cli-objects");
    await answered("s3", "cp", "large.bin", "s3://cli-objects/in/large.bin", "--no-progress");
    assert.match(await answered("s3", "ls", "s3://cli-objects/in/"), /20000000 large\.bin/);
    await answered("s3", "cp", "s3://cli-objects/in/large.bin", "back.bin", "--no-progress");
    assert.equal(sha256(await readFile(join(folder, "back.bin"))), sha256(large));

    await mkdir(join(folder, "tree/below"), { recursive: true });
    for (const name of ["a.txt", "with space.txt", "below/ö.txt"]) await writeFile(join(folder, "tree", name), name);
    await answered("s3", "sync", "tree", "s3://cli-objects/tree", "--no-progress");
    await answered("s3", "sync", "s3://cli-objects/tree", "copy", "--no-progress");
    assert.deepEqual((await readdir(join(folder, "copy"), { recursive: true })).sort(), [
      "a.txt",
      "below",
      "below/ö.txt",
      "with space.txt",
    ]);
    assert.equal(await answered("s3", "sync", "tree", "s3://cli-objects/tree", "--no-progress"), "", "nothing to do");

    await answered("s3", "rm", "s3://cli-objects", "--recursive", "--quiet");
    await answered("s3", "rb", "s3://cli-objects");
    await refusedAs("NoSuchBucket", "s3", "ls", "s3://cli-objects");
  });

  test("s3 cp: keys that the customer keeps, in one piece and in parts; keys of KMS", async () => {
    await answered("s3", "mb", "s3://cli-customers");
    const [key, other] = ["mine.key", "other.key"];
    for (const name of [key, other]) await writeFile(join(folder, name), randomBytes(32));
    await writeFile(join(folder, "small.txt"), "closed");
    await writeFile(join(folder, "parts.bin"), randomBytes(20_000_000));
    const withKey = ["--sse-c", "AES256", "--sse-c-key", `fileb://${key}`, "--no-progress"];
    for (const name of ["small.txt", "parts.bin"]) {
      await answered("s3", "cp", name, `s3://cli-customers/${name}`, ...withKey);
      await answered("s3", "cp", `s3://cli-customers/${name}`, "back", ...withKey);
      assert.equal(sha256(await readFile(join(folder, "back"))), sha256(await readFile(join(folder, name))));
      await refusedAs("400", "s3", "cp", `s3://cli-customers/${name}`, "back", "--no-progress");
      const wrong = ["--sse-c", "AES256", "--sse-c-key", `fileb://${other}`];
      await refusedAs("403", "s3", "cp", `s3://cli-customers/${name}`, "back", ...wrong);
      const opened = ["--sse-c-copy-source", "AES256", "--sse-c-copy-source-key", `fileb://${key}`, "--no-progress"];
      await answered("s3", "cp", `s3://cli-customers/${name}`, `s3://cli-customers/open/${name}`, ...opened);
      await answered("s3", "cp", `s3://cli-customers/open/${name}`, "back", "--no-progress");
      assert.equal(sha256(await readFile(join(folder, "back"))), sha256(await readFile(join(folder, name))));
    }
    await answered("s3", "cp", "parts.bin", "s3://cli-customers/kms", "--sse", "aws:kms", "--no-progress");
    const head = await json("s3api", "head-object", "--bucket", "cli-customers", "--key", "kms");
    assert.equal(head["ServerSideEncryption"], "aws:kms");
  });

  test("s3: a presigned address serves curl, and nothing but what was signed", async () => {
    await answered("s3", "mb", "s3://cli-presigned");
    await writeFile(join(folder, "shown.txt"), "by address");
    await answered("s3", "cp", "shown.txt", "s3://cli-presigned/shown.txt", "--no-progress");
    await writeFile(join(folder, "config"), "[default]\ns3 =\n  signature_version = s3v4\n");
    const environment = { ...house.clients.environment(), AWS_CONFIG_FILE: join(folder, "config") };
    const presigned = await run(aws ?? "", ["s3", "presign", "s3://cli-presigned/shown.txt", "--expires-in", "60"], {
      folder,
      environment,
    });
    const address = presigned.stdout.trim();
    assert.match(address, /X-Amz-Signature=/);
    const curl = (...words: string[]) => run("curl", ["-sS", "--cacert", house.place.caPath, ...words]);
    assert.equal((await curl(address)).stdout, "by address");
    assert.match((await curl(address.replace("shown", "other"))).stdout, /<Code>SignatureDoesNotMatch<\/Code>/);
    assert.match((await curl("-X", "DELETE", address)).stdout, /<Code>SignatureDoesNotMatch<\/Code>/);
  });

  test("s3api: versions, encryption, policy", async () => {
    await answered("s3api", "create-bucket", "--bucket", "cli-versions");
    await answered(
      ...["s3api", "put-bucket-versioning", "--bucket", "cli-versions"],
      ...["--versioning-configuration", "Status=Enabled"],
    );
    await writeFile(join(folder, "v"), "one");
    const first = await json("s3api", "put-object", "--bucket", "cli-versions", "--key", "k", "--body", "v");
    await writeFile(join(folder, "v"), "two");
    await json("s3api", "put-object", "--bucket", "cli-versions", "--key", "k", "--body", "v");
    const id = String(first["VersionId"]);
    await json("s3api", "get-object", "--bucket", "cli-versions", "--key", "k", "--version-id", id, "old");
    assert.equal(await readFile(join(folder, "old"), "utf8"), "one");
    const listed = await json("s3api", "list-object-versions", "--bucket", "cli-versions");
    assert.equal((listed["Versions"] as unknown[]).length, 2);
    const encryption = await json("s3api", "get-bucket-encryption", "--bucket", "cli-versions");
    assert.match(JSON.stringify(encryption), /AES256/);
    await refusedAs("NoSuchBucketPolicy", "s3api", "get-bucket-policy", "--bucket", "cli-versions");
  });

  test("kms: create, alias, encrypt, decrypt, disable", async () => {
    const { KeyMetadata } = await json("kms", "create-key", "--description", "cli");
    const { KeyId } = KeyMetadata as { KeyId: string };
    await answered("kms", "create-alias", "--alias-name", "alias/cli", "--target-key-id", KeyId);
    const { CiphertextBlob } = await json("kms", "encrypt", "--key-id", "alias/cli", "--plaintext", "by hand");
    await writeFile(join(folder, "sealed"), Buffer.from(String(CiphertextBlob), "base64"));
    const opened = await json("kms", "decrypt", "--ciphertext-blob", "fileb://sealed");
    assert.equal(Buffer.from(String(opened["Plaintext"]), "base64").toString("utf8"), "by hand");
    await answered("kms", "disable-key", "--key-id", KeyId);
    await refusedAs("DisabledException", "kms", "decrypt", "--ciphertext-blob", "fileb://sealed");
  });

  test("iam and sts: a role, taken on", async () => {
    const { Arn, Account } = await json("sts", "get-caller-identity");
    assert.match(String(Arn), /:user\/administrator$/);
    const trust = {
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${String(Account)}:root` }, Action: "sts:AssumeRole" },
      ],
    };
    await answered(
      ...["iam", "create-role", "--role-name", "cli-role"],
      ...["--assume-role-policy-document", JSON.stringify(trust)],
    );
    const role = await json("iam", "get-role", "--role-name", "cli-role");
    assert.deepEqual((role["Role"] as Record<string, unknown>)["AssumeRolePolicyDocument"], trust);
    const taken = await json(
      ...["sts", "assume-role", "--role-arn", `arn:aws:iam::${String(Account)}:role/cli-role`],
      ...["--role-session-name", "by-hand"],
    );
    const { AccessKeyId, SecretAccessKey, SessionToken } = taken["Credentials"] as Record<string, string>;
    const environment = {
      ...house.clients.environment(),
      AWS_ACCESS_KEY_ID: AccessKeyId ?? "",
      AWS_SECRET_ACCESS_KEY: SecretAccessKey ?? "",
      AWS_SESSION_TOKEN: SessionToken ?? "",
    };
    const refused = await run(aws ?? "", ["s3", "ls"], { folder, environment });
    assert.match(refused.stderr, /\(AccessDenied\).*s3:ListAllMyBuckets/);
  });

  test("ec2, sagemaker, logs and cloudtrail: describe, list, look up", async () => {
    const { Vpc } = await json("ec2", "create-vpc", "--cidr-block", "10.78.0.0/16");
    const { Vpcs } = await json("ec2", "describe-vpcs");
    assert.deepEqual(
      (Vpcs as { VpcId: string }[]).map(({ VpcId }) => VpcId),
      [(Vpc as { VpcId: string }).VpcId],
    );
    assert.deepEqual(await json("sagemaker", "list-training-jobs"), { TrainingJobSummaries: [] });
    await json("logs", "describe-log-groups");
    const { Events } = await json(
      ...["cloudtrail", "lookup-events"],
      ...["--lookup-attributes", "AttributeKey=EventName,AttributeValue=CreateVpc"],
    );
    assert.equal((Events as unknown[]).length > 0, true);
  });
});
