import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import { DescribeVpcEndpointsCommand, ModifyVpcEndpointCommand } from "@aws-sdk/client-ec2";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { CreateProcessingJobCommand, type CreateProcessingJobRequest } from "@aws-sdk/client-sagemaker";
import { hostLacks, startHouse, type Statement, type TestHouse } from "@strongroom/testkit";
import { nodeRequest } from "../objectives/node-request.ts";
import { bucket, furnish, linesOf, processed, scriptRequest, type Room } from "../sagemaker/room.ts";
import { policyText } from "./verdict.ts";

const everybody = "*";
const full: Statement = { Effect: "Allow", Principal: everybody, Action: "*", Resource: "*" };

/** Says how each call ends, in one line: `ok`, or the error's name and message. */
const program = `
  import { GetObjectCommand, ListBucketsCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
  import { DescribeKeyCommand, KMSClient } from "@aws-sdk/client-kms";
  const said = (call) => call.then(() => "ok", (error) => error.name + ": " + error.message);
  const s3 = new S3Client({ forcePathStyle: true });
  const object = { Bucket: process.env.BUCKET, Key: "inside" };
  console.log(await said(s3.send(new PutObjectCommand({ ...object, Body: "x" }))));
  console.log(await said(s3.send(new GetObjectCommand(object)).then(({ Body }) => Body.transformToString())));
  console.log(await said(s3.send(new ListBucketsCommand({}))));
  console.log(await said(new KMSClient({}).send(new DescribeKeyCommand({ KeyId: process.env.KEY }))));`;

describe("policies of VPC endpoints", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  let room: Room;
  before(async () => {
    house = await startHouse();
    room = await furnish(house.clients);
  });
  after(() => house[Symbol.asyncDispose]());

  async function endpointOf(service: string): Promise<string> {
    const Filters = [{ Name: "service-name", Values: [`com.amazonaws.us-east-1.${service}`] }];
    const { VpcEndpoints } = await house.clients.ec2.send(new DescribeVpcEndpointsCommand({ Filters }));
    return VpcEndpoints?.[0]?.VpcEndpointId ?? "";
  }
  async function setPolicy(service: string, ...statements: readonly Statement[]): Promise<string> {
    const VpcEndpointId = await endpointOf(service);
    const set = statements.length === 0 ? { ResetPolicy: true } : { PolicyDocument: policyText(...statements) };
    await house.clients.ec2.send(new ModifyVpcEndpointCommand({ VpcEndpointId, ...set }));
    return VpcEndpointId;
  }
  const run = async (request: CreateProcessingJobRequest) => {
    await house.clients.sagemaker.send(new CreateProcessingJobCommand(request));
    return await processed(house.clients, request.ProcessingJobName ?? "");
  };
  /** What each of the program's calls gave, from inside the VPC and as the job's role. */
  async function calls(name: string): Promise<string[]> {
    const request = nodeRequest(room, name, program);
    const Environment = { ...request.Environment, BUCKET: bucket, KEY: room.keyArn };
    const job = await run({ ...request, Environment });
    assert.equal(job.ProcessingJobStatus, "Completed", job.FailureReason);
    return await linesOf(house.clients, "/aws/sagemaker/ProcessingJobs", `${name}/`);
  }

  test("what comes through an endpoint is what its policy allows; others are not touched", async () => {
    assert.deepEqual(await calls("by-default"), ["ok", "ok", "ok", "ok"]);
    const reading = ["s3:GetObject", "s3:ListAllMyBuckets"];
    await setPolicy("s3", { Effect: "Allow", Principal: everybody, Action: reading, Resource: "*" });
    const [put = "", get, list, key] = await calls("reading-only");
    assert.match(
      put,
      /^AccessDenied: .*role\/execution.*s3:PutObject.*no VPC endpoint policy allows the s3:PutObject action/,
    );
    assert.deepEqual([get, list, key], ["ok", "ok", "ok"]);
    await house.clients.s3.send(new PutObjectCommand({ Bucket: bucket, Key: "from-outside", Body: "x" }));
    await setPolicy("s3");
    assert.deepEqual(await calls("reset"), ["ok", "ok", "ok", "ok"], "a reset policy allows everything again");
  });

  test("a deny in it outweighs what everybody else allows, and names itself", async () => {
    const deny: Statement = {
      Effect: "Deny",
      Principal: everybody,
      Action: "s3:Get*",
      Resource: `arn:aws:s3:::${bucket}/*`,
    };
    await setPolicy("s3", full, { ...deny, Sid: "NothingComesOut" });
    const [put, get = ""] = await calls("nothing-out");
    assert.equal(put, "ok");
    assert.match(get, /^AccessDenied: .*s3:GetObject.* with an explicit deny in a VPC endpoint policy/);
    await setPolicy("s3");
  });

  test("it can be kept for a principal, an account's own buckets, and grants nothing by itself", async () => {
    const role: Statement = { ...full, Principal: { AWS: room.roleArn } };
    await setPolicy("s3", role);
    assert.deepEqual((await calls("for-the-role")).slice(0, 3), ["ok", "ok", "ok"]);
    const another = `arn:aws:iam::${house.place.accountId}:user/administrator`;
    await setPolicy("s3", { ...full, Principal: { AWS: another } });
    for (const said of (await calls("for-another")).slice(0, 3)) assert.match(said, /VPC endpoint policy/);
    const Condition = { StringEquals: { "aws:ResourceAccount": "999988887777" } };
    await setPolicy("s3", { ...full, Condition });
    for (const said of (await calls("for-others")).slice(0, 3)) assert.match(said, /VPC endpoint policy/);
    const own = {
      StringEquals: { "aws:ResourceAccount": house.place.accountId, "aws:PrincipalAccount": house.place.accountId },
    };
    await setPolicy("s3", { ...full, Condition: own });
    assert.deepEqual((await calls("for-our-own")).slice(0, 3), ["ok", "ok", "ok"]);
    await setPolicy("s3");
  });

  test("the platform's transfers for a job are held to it, and the job says so", async () => {
    await setPolicy("s3", { Effect: "Allow", Principal: everybody, Action: ["s3:PutObject"], Resource: "*" });
    const S3Input = {
      S3Uri: `s3://${bucket}/train/`,
      LocalPath: "/opt/ml/processing/input/in",
      S3DataType: "S3Prefix",
      S3InputMode: "File",
    } as const;
    const ProcessingInputs = [{ InputName: "in", S3Input }];
    const inside = await run({ ...scriptRequest(room, "transfers", "true"), ProcessingInputs });
    assert.equal(inside.ProcessingJobStatus, "Failed");
    assert.match(inside.FailureReason ?? "", /s3:ListBucket.*no VPC endpoint policy allows/);
    const outside = { ...scriptRequest(room, "without-a-network", "true"), ProcessingInputs };
    delete outside.NetworkConfig;
    const free = await run(outside);
    assert.equal(free.ProcessingJobStatus, "Completed", free.FailureReason);
    await setPolicy("s3");
  });

  test("a volume's key is asked for through the endpoint of KMS", async () => {
    const actions = ["kms:DescribeKey", "kms:Decrypt"];
    await setPolicy("kms", { Effect: "Allow", Principal: everybody, Action: actions, Resource: "*" });
    const job = await run(scriptRequest(room, "no-new-keys", "true"));
    assert.equal(job.ProcessingJobStatus, "Failed");
    assert.match(job.FailureReason ?? "", /kms:GenerateDataKey.*no VPC endpoint policy allows/);
    await setPolicy("kms");
  });

  test("it counts for each service that has an endpoint", async () => {
    const sagemaker: Statement = { Effect: "Allow", Principal: everybody, Action: "sagemaker:*", Resource: "*" };
    await setPolicy("sagemaker.api", sagemaker);
    const creating = `
      import { StopProcessingJobCommand, SageMakerClient } from "@aws-sdk/client-sagemaker";
      const send = (ProcessingJobName) => new SageMakerClient({}).send(new StopProcessingJobCommand({ ProcessingJobName }));
      console.log(await send("none").then(() => "ok", (error) => error.name + ": " + error.message));`;
    const said = async (name: string) => {
      await run(nodeRequest(room, name, creating));
      return (await linesOf(house.clients, "/aws/sagemaker/ProcessingJobs", `${name}/`))[0] ?? "";
    };
    // The role may not stop jobs: first it is IAM that says so, then the endpoint.
    assert.match(await said("stopping-1"), /no identity-based policy allows the sagemaker:StopProcessingJob/);
    await setPolicy("sagemaker.api", { ...sagemaker, Action: "sagemaker:Describe*" });
    assert.match(await said("stopping-2"), /no VPC endpoint policy allows the sagemaker:StopProcessingJob/);
    await setPolicy("sagemaker.api");
    assert.deepEqual(house.log, [], "nothing failed inside");
  });
});
