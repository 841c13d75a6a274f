import { strict as assert } from "node:assert";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  CreateProcessingJobCommand,
  DescribeEndpointCommand,
  type CreateProcessingJobRequest,
} from "@aws-sdk/client-sagemaker";
import { hostLacks, run, startHouse, type TestHouse } from "@strongroom/testkit";
import { nodeRequest } from "../objectives/node-request.ts";
import { bucket, furnish, keysBelow, linesOf, processed, scriptRequest, until, type Room } from "../sagemaker/room.ts";

describe("ways out of the walls", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  let room: Room;
  /** A folder of the host that nothing from inside may write to, named as a path from the root. */
  let outside: string;
  before(async () => {
    house = await startHouse();
    room = await furnish(house.clients);
    outside = await mkdtemp(join(tmpdir(), "strongroom-outside-"));
  });
  after(async () => {
    await house[Symbol.asyncDispose]();
    await rm(outside, { recursive: true, force: true });
  });

  const create = (request: CreateProcessingJobRequest) =>
    house.clients.sagemaker.send(new CreateProcessingJobCommand(request));

  const withInput = (name: string, S3Uri: string, LocalPath: string, script = "true"): CreateProcessingJobRequest => ({
    ...scriptRequest(room, name, script),
    ProcessingInputs: [{ InputName: "in", S3Input: { S3Uri, LocalPath, S3DataType: "S3Prefix", S3InputMode: "File" } }],
  });

  test("an input or output folder outside of /opt/ml is refused by its name", async () => {
    const paths = ["/etc", "/opt/ml/../../etc", "/opt/ml/processing/../../../etc", "/opt/mlx", "relative"];
    for (const path of paths) {
      const request = withInput("path", `s3://${bucket}/train/`, path);
      await assert.rejects(create(request), { name: "ValidationException" }, `input ${JSON.stringify(path)}`);
      const Outputs = [
        {
          OutputName: "out",
          S3Output: { S3Uri: `s3://${bucket}/x`, LocalPath: path, S3UploadMode: "EndOfJob" as const },
        },
      ];
      const output = { ...scriptRequest(room, "path", "true"), ProcessingOutputConfig: { Outputs } };
      await assert.rejects(create(output), { name: "ValidationException" }, `output ${JSON.stringify(path)}`);
    }
  });

  test("an object whose key climbs out of its folder is written nowhere else", async () => {
    const up = "../".repeat(12);
    const keys = [`climb/${up}${outside.slice(1)}/key`, `climb/${up}opt/ml/output/message`, "climb/.."];
    for (const Key of keys) await house.clients.s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: "climbed" }));
    await create(withInput("climb", `s3://${bucket}/climb/`, "/opt/ml/processing/input/in", "ls /opt/ml/output"));
    const job = await processed(house.clients, "climb");
    assert.ok(!existsSync(join(outside, "key")));
    assert.notEqual(job.ExitMessage, "climbed");
  });

  test("a model archive whose entries climb out, or link out, is unpacked nowhere else", async () => {
    const folder = await mkdtemp(join(tmpdir(), "strongroom-archive-"));
    try {
      const target = join(outside, "entry");
      await writeFile(target, "from the archive");
      const script = [
        "import io, sys, tarfile",
        "out, target = sys.argv[1:]",
        "with tarfile.open(out, 'w:gz') as tar:",
        "    def add(name, kind=tarfile.REGTYPE, link='', body=b''):",
        "        entry = tarfile.TarInfo(name); entry.type = kind; entry.linkname = link; entry.size = len(body)",
        "        tar.addfile(entry, io.BytesIO(body))",
        "    if 'climb' in out: add('../' * 12 + target[1:] + '-climbed', body=b'x')",
        "    if 'absolute' in out: add(target + '-absolute', body=b'x')",
        "    if 'link' in out:",
        "        add('way', tarfile.SYMTYPE, target.rsplit('/', 1)[0]); add('way/linked', body=b'x')",
        "    if 'hard' in out: add('copy', tarfile.LNKTYPE, target)",
      ].join("\n");
      for (const kind of ["climb", "absolute", "link", "hard"]) {
        const file = join(folder, `${kind}.tar.gz`);
        const made = await run("/usr/bin/python3", ["-c", script, file, target]);
        assert.equal(made.code, 0, made.stderr);
        await house.clients.s3.send(
          new PutObjectCommand({ Bucket: bucket, Key: `evil/${kind}.tar.gz`, Body: await readFile(file) }),
        );
        const failure = await serve(house, room, kind);
        assert.notEqual(failure ?? "", "", `the endpoint of ${kind} tells what is wrong`);
      }
      const { stdout } = await run("/bin/ls", [outside]);
      assert.equal(stdout, "entry\n", "nothing was written outside");
      assert.equal(await readFile(target, "utf8"), "from the archive");
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  test("what a job leaves as output is data: links, pipes and devices bring nothing out and hold nothing up", async () => {
    const script = [
      "cd /opt/ml/processing/output",
      "ln -s /proc/self/environ environ",
      "ln -s / root",
      "mkfifo pipe",
      "mknod device c 1 3 2>/dev/null",
      "echo plain > plain.txt",
    ].join("\n");
    const Outputs = [
      {
        OutputName: "out",
        S3Output: {
          S3Uri: `s3://${bucket}/left`,
          LocalPath: "/opt/ml/processing/output",
          S3UploadMode: "EndOfJob" as const,
        },
      },
    ];
    await create({ ...scriptRequest(room, "left", `${script}\ntrue`), ProcessingOutputConfig: { Outputs } });
    await processed(house.clients, "left");
    const keys = await keysBelow(house.clients, "left/");
    assert.ok(
      keys.every((key) => key === "left/plain.txt"),
      keys.join(),
    );
  });

  test("an endpoint of one service carries no other", async () => {
    const program = `
      import { ListKeysCommand, KMSClient } from "@aws-sdk/client-kms";
      const client = new KMSClient({ endpoint: process.env.AWS_ENDPOINT_URL_S3 });
      try { await client.send(new ListKeysCommand({})); console.log("answered"); }
      catch (error) { console.log(error.name + ": " + error.message); }`;
    await create(nodeRequest(room, "carried", program));
    await processed(house.clients, "carried");
    const [said = ""] = await linesOf(house.clients, "/aws/sagemaker/ProcessingJobs", "carried/");
    assert.match(said, /^AccessDeniedException: .*carries com\.amazonaws\.us-east-1\.s3 only/);
    assert.deepEqual(house.log, [], "nothing failed inside");
  });
});

/** Puts a model behind an endpoint, and gives the reason why it does not come up. */
async function serve({ clients }: TestHouse, room: Room, name: string): Promise<string | undefined> {
  const { sagemaker } = clients;
  await sagemaker.send(
    new CreateModelCommand({
      ModelName: name,
      ExecutionRoleArn: room.roleArn,
      PrimaryContainer: {
        Image: "x/sagemaker-xgboost:1.7-1",
        ModelDataUrl: `s3://${bucket}/evil/${name}.tar.gz`,
      },
      VpcConfig: room.network,
    }),
  );
  await sagemaker.send(
    new CreateEndpointConfigCommand({
      EndpointConfigName: name,
      ProductionVariants: [
        { VariantName: "All", ModelName: name, InitialInstanceCount: 1, InstanceType: "ml.m5.large" },
      ],
    }),
  );
  await sagemaker.send(new CreateEndpointCommand({ EndpointName: name, EndpointConfigName: name }));
  const endpoint = await until(
    () => sagemaker.send(new DescribeEndpointCommand({ EndpointName: name })),
    ({ EndpointStatus }) => EndpointStatus !== "Creating",
  );
  assert.equal(endpoint.EndpointStatus, "Failed", name);
  return endpoint.FailureReason;
}
