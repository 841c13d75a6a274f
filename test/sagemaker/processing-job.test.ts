import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import { HeadObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import {
  CreateProcessingJobCommand,
  DescribeProcessingJobCommand,
  ListProcessingJobsCommand,
  StopProcessingJobCommand,
  type CreateProcessingJobRequest,
  type ProcessingInput,
  type ProcessingOutput,
} from "@aws-sdk/client-sagemaker";
import { hostLacks, newRole, newUser, startHouse, type Clients, type TestHouse } from "@strongroom/testkit";
import { bucket, furnish, keysBelow, linesOf, processed, scriptRequest, textOf, type Room } from "./room.ts";

const input: ProcessingInput = {
  InputName: "raw",
  S3Input: {
    S3Uri: `s3://${bucket}/train/train.csv`,
    LocalPath: "/opt/ml/processing/input/raw",
    S3DataType: "S3Prefix",
    S3InputMode: "File",
  },
};
const output: ProcessingOutput = {
  OutputName: "result",
  S3Output: { S3Uri: `s3://${bucket}/result`, LocalPath: "/opt/ml/processing/output", S3UploadMode: "EndOfJob" },
};

describe("processing jobs", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  let clients: Clients;
  let room: Room;

  before(async () => {
    house = await startHouse();
    clients = house.clients;
    room = await furnish(clients);
  });
  after(() => house[Symbol.asyncDispose]());

  const create = async (request: CreateProcessingJobRequest, by = clients) =>
    await by.sagemaker.send(new CreateProcessingJobCommand(request));
  const run = async (request: CreateProcessingJobRequest) => {
    await create(request);
    return await processed(clients, request.ProcessingJobName ?? "");
  };
  const put = async (Key: string, Body: string) =>
    await clients.s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
  const linesOfJob = (name: string) => linesOf(clients, "/aws/sagemaker/ProcessingJobs", `${name}/`);

  test("a script reads its input and its configuration, and leaves encrypted output and a message", async () => {
    const script = [
      "head -c 8 /opt/ml/processing/input/raw/train.csv > /opt/ml/processing/output/head.txt",
      "mkdir /opt/ml/processing/output/deep && echo deep > /opt/ml/processing/output/deep/file.txt",
      "ln -s /etc/passwd /opt/ml/processing/output/link",
      "cat /opt/ml/config/processingjobconfig.json; echo",
      "echo 'all is well' > /opt/ml/output/message",
    ].join("\n");
    const job = await run({
      ...scriptRequest(room, "whole", script),
      ProcessingInputs: [input],
      ProcessingOutputConfig: { KmsKeyId: room.keyArn, Outputs: [output] },
    });
    assert.equal(job.FailureReason, undefined);
    assert.deepEqual([job.ProcessingJobStatus, job.ExitMessage], ["Completed", "all is well\n"]);
    // A link is not followed: nothing of the server's own files comes out.
    assert.deepEqual(await keysBelow(clients, "result/"), ["result/deep/file.txt", "result/head.txt"]);
    assert.match(await textOf(clients, "result/head.txt"), /^[01],/);
    const head = await clients.s3.send(new HeadObjectCommand({ Bucket: bucket, Key: "result/head.txt" }));
    assert.equal(head.SSEKMSKeyId, room.keyArn);
    const config = JSON.parse((await linesOfJob("whole"))[0] ?? "") as Record<string, unknown>;
    assert.equal(config["ProcessingJobArn"], job.ProcessingJobArn);
    assert.equal(config["RoleArn"], room.roleArn);
  });

  test("a job has its role's credentials and its network's endpoints, and no way to anything else", async () => {
    const script = [
      'curl -s http://169.254.170.2$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI | grep -o \'"RoleArn":"[^"]*"\'',
      "curl -s -o /dev/null -w 'other %{http_code}\\n' http://169.254.170.2/v2/credentials/00000000-0000-4000-8000-000000000000",
      'curl -s -o /dev/null -w "store %{http_code}\\n" $AWS_ENDPOINT_URL_S3/',
      "curl -s --max-time 1 http://192.0.2.1/ || echo 'no way out'",
      `curl -s --max-time 1 -k ${clients.place.endpoint} || echo 'no way to the host'`,
    ].join("\n");
    await run(scriptRequest(room, "inside", script));
    assert.deepEqual(await linesOfJob("inside"), [
      `"RoleArn":"${room.roleArn}"`,
      "other 404",
      "store 403",
      "no way out",
      "no way to the host",
    ]);
  });

  test("an isolated job has neither network nor credentials, and still gets its input", async () => {
    const script = [
      "echo credentials=$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI store=$AWS_ENDPOINT_URL_S3",
      "curl -s --max-time 1 http://169.254.170.2/ || echo 'no network'",
      "wc -l < /opt/ml/processing/input/raw/train.csv",
    ].join("\n");
    const request = { ...scriptRequest(room, "isolated", script), ProcessingInputs: [input] };
    const isolated = { ...request.NetworkConfig, EnableNetworkIsolation: true };
    assert.equal((await run({ ...request, NetworkConfig: isolated })).FailureReason, undefined);
    assert.deepEqual(await linesOfJob("isolated"), ["credentials= store=", "no network", "399"]);
    const without = { ...request, ProcessingJobName: "without", NetworkConfig: undefined };
    assert.equal((await run(without)).ProcessingJobStatus, "Completed");
  });

  test("a failing program fails the job with its own words", async () => {
    const job = await run(scriptRequest(room, "failing", "echo 'the table is empty' > /opt/ml/output/message; exit 3"));
    assert.equal(job.ProcessingJobStatus, "Failed");
    assert.match(job.FailureReason ?? "", /^AlgorithmError: the table is empty, exit code: 3$/);
    const silent = await run(scriptRequest(room, "silent", "exit 1"));
    assert.equal(silent.FailureReason, "AlgorithmError: See job logs for more information, exit code: 1");
    const garbled = await run(scriptRequest(room, "garbled", "printf '\\377\\376' > /opt/ml/output/message"));
    assert.match(garbled.FailureReason ?? "", /^ClientError: .*not UTF-8/);
  });

  test("what is not supported or not there is refused by name", async () => {
    const request = scriptRequest(room, "refused", "true");
    const at = (LocalPath: string) => [{ ...input, S3Input: { ...input.S3Input, LocalPath } as typeof input.S3Input }];
    const continuous = { ...output, S3Output: { ...output.S3Output, S3UploadMode: "Continuous" as const } };
    const cases: [Partial<CreateProcessingJobRequest>, RegExp][] = [
      [{ ProcessingInputs: at("/etc/cron.d") }, /LocalPath/],
      [{ ProcessingInputs: at("/opt/ml/processing/../../../etc") }, /LocalPath/],
      [{ ProcessingInputs: [input, input] }, /raw is used twice/],
      [{ ProcessingOutputConfig: { Outputs: [continuous as ProcessingOutput] } }, /S3UploadMode/],
      [{ AppSpecification: { ImageUri: "x/none:1" } }, /x\/none:1/],
    ];
    for (const [part, message] of cases) {
      await assert.rejects(create({ ...request, ...part }), { name: "ValidationException", message });
    }
    await create({ ...request, ProcessingJobName: "once" });
    await assert.rejects(create({ ...request, ProcessingJobName: "once" }), { name: "ResourceInUse" });
    const unknown = new DescribeProcessingJobCommand({ ProcessingJobName: "unknown" });
    await assert.rejects(clients.sagemaker.send(unknown), { name: "ValidationException", message: /Could not find/ });
    await processed(clients, "once");
  });

  test("each operation demands its permission", async () => {
    using nobody = await newUser(clients, "nobody");
    const calls = [
      () => create(scriptRequest(room, "denied", "true"), nobody),
      () => nobody.sagemaker.send(new DescribeProcessingJobCommand({ ProcessingJobName: "whole" })),
      () => nobody.sagemaker.send(new ListProcessingJobsCommand({})),
      () => nobody.sagemaker.send(new StopProcessingJobCommand({ ProcessingJobName: "whole" })),
    ];
    for (const call of calls) await assert.rejects(call(), { name: "AccessDeniedException" });
  });

  test("jobs that a job asks for run while it waits, however many wait", async () => {
    const { arn } = await newRole(clients, "starter", [
      { Effect: "Allow", Action: ["sagemaker:*", "kms:*", "s3:*", "iam:PassRole"], Resource: "*" },
    ]);
    const child = { ...scriptRequest(room, "", "true"), RoleArn: arn };
    await put("code/request.json", JSON.stringify(child));
    await put("code/parent.mjs", parent);
    const S3Uri = `s3://${bucket}/code/`;
    const code = { ...input, S3Input: { ...input.S3Input, S3Uri } as typeof input.S3Input };
    const names = Array.from({ length: 5 }, (_, i) => `parent-${i}`);
    for (const name of names) {
      // The clients are found from where the image has them.
      const script = "cd /opt/strongroom && node --input-type=module - < /opt/ml/processing/input/raw/parent.mjs";
      const request = { ...scriptRequest(room, name, script), RoleArn: arn, ProcessingInputs: [code] };
      await create({ ...request, Environment: { ...request.Environment, CHILD: `child-of-${name}` } });
    }
    for (const name of names) assert.equal((await processed(clients, name)).FailureReason, undefined);
  });

  test("a job can be stopped, and is listed", async () => {
    await create(scriptRequest(room, "endless", "sleep 60"));
    await clients.sagemaker.send(new StopProcessingJobCommand({ ProcessingJobName: "endless" }));
    assert.equal((await processed(clients, "endless")).ProcessingJobStatus, "Stopped");
    const { ProcessingJobSummaries } = await clients.sagemaker.send(
      new ListProcessingJobsCommand({ StatusEquals: "Stopped" }),
    );
    assert.deepEqual(
      ProcessingJobSummaries?.map(({ ProcessingJobName }) => ProcessingJobName),
      ["endless"],
    );
    const none = new StopProcessingJobCommand({ ProcessingJobName: "none" });
    await assert.rejects(clients.sagemaker.send(none), { name: "ValidationException" });
  });
});

/** Starts a job and waits for it, as a notebook does. */
const parent = `
import { readFile } from "node:fs/promises";
import { CreateProcessingJobCommand, DescribeProcessingJobCommand, SageMakerClient } from "@aws-sdk/client-sagemaker";
const client = new SageMakerClient({});
const ProcessingJobName = process.env.CHILD;
const request = JSON.parse(await readFile("/opt/ml/processing/input/raw/request.json", "utf8"));
await client.send(new CreateProcessingJobCommand({ ...request, ProcessingJobName }));
for (let status; status !== "Completed"; ) {
  const job = await client.send(new DescribeProcessingJobCommand({ ProcessingJobName }));
  if (job.FailureReason) throw new Error(job.FailureReason);
  status = job.ProcessingJobStatus;
  await new Promise((resolve) => setTimeout(resolve, 50));
}
`;
