import { strict as assert } from "node:assert";
import { connect } from "node:net";
import { after, before, describe, test } from "node:test";
import { CreateBucketCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { CreateProcessingJobCommand } from "@aws-sdk/client-sagemaker";
import { hostLacks, newUser, startHouse, type Clients, type TestHouse } from "@strongroom/testkit";
import { signRequest } from "@strongroom/wire";
import { nodeRequest } from "../objectives/node-request.ts";
import { furnish, linesOf, processed, type Room } from "../sagemaker/room.ts";
import { hostOf, sendRaw, sha256, signerOf } from "./raw-request.ts";
import { setStatements } from "./verdict.ts";

/** What somebody would like to be, for each condition key that tells of a network. */
const wished: Readonly<Record<string, string>> = {
  "aws:SourceIp": "10.9.8.7",
  "aws:SourceVpc": "vpc-0123456789abcdef0",
  "aws:SourceVpce": "vpce-0123456789abcdef0",
  "aws:VpcSourceIp": "10.9.8.7",
  "aws:SourceVpcArn": "arn:aws:ec2:us-east-1:111122223333:vpc/vpc-0123456789abcdef0",
  "aws:VpceAccount": "111122223333",
  "aws:VpceOrgID": "o-0123456789",
  "aws:VpceOrgPaths": "o-0123456789/r-1/",
  "aws:ViaAWSService": "true",
  "aws:CalledVia": "s3.amazonaws.com",
  "aws:CalledViaFirst": "s3.amazonaws.com",
  "aws:CalledViaLast": "s3.amazonaws.com",
  "aws:PrincipalIsAWSService": "true",
  "aws:PrincipalServiceName": "sagemaker.amazonaws.com",
  "aws:SourceArn": "arn:aws:sagemaker:us-east-1:111122223333:training-job/x",
  "aws:SourceAccount": "111122223333",
  "s3:authType": "POST",
  "s3:signatureversion": "AWS",
  "s3:TlsVersion": "1.0",
  "s3:ResourceAccount": "999988887777",
};

/** Ways in which a header's or a parameter's name could be taken for a condition key's. */
function spellings(key: string): string[] {
  const [prefix = "", name = ""] = key.split(":");
  const dashed = name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, "-");
  const names = [name, dashed, `${prefix}-${name}`, `${prefix}-${dashed}`, `x-amz-${name}`, `x-amz-${dashed}`];
  return [...names, `x-amzn-${dashed}`, `x-${prefix}-${dashed}`, `${prefix}.${name}`, `${prefix}_${name}`];
}

const forwarding = ["x-forwarded-for", "forwarded", "x-real-ip", "x-client-ip", "true-client-ip", "cf-connecting-ip"];
forwarding.push(
  "x-cluster-client-ip",
  "via",
  "x-original-forwarded-for",
  "x-amz-cf-id",
  "x-amzn-vpce-id",
  "x-amzn-vpc-id",
);

describe("what a request says of its own network", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  let room: Room;
  let user: Clients;
  before(async () => {
    house = await startHouse();
    room = await furnish(house.clients);
    user = await newUser(house.clients, "outside");
    await house.clients.s3.send(new CreateBucketCommand({ Bucket: "kept" }));
    await house.clients.s3.send(new PutObjectCommand({ Bucket: "kept", Key: "k", Body: "kept" }));
  });
  after(async () => {
    user[Symbol.dispose]();
    await house[Symbol.asyncDispose]();
  });

  const get = async (target: string, headers: readonly (readonly [string, string])[], sign = headers) => {
    const head = { method: "GET", target, headers: [["host", hostOf(house.place)] as const, ...sign] };
    const signed = signRequest(head, signerOf(house.place, user.credentials), sha256("")).head;
    const unsigned = headers.filter((one) => !sign.includes(one));
    return await sendRaw(house.place, { ...signed, headers: [...signed.headers, ...unsigned] });
  };

  test("is never believed: no header, signed or not, and no parameter becomes a condition key", async () => {
    for (const [key, value] of Object.entries(wished)) {
      const operator = key.endsWith("Ip")
        ? "IpAddress"
        : key === "aws:CalledVia"
          ? "ForAnyValue:StringEquals"
          : "StringEquals";
      await setStatements(house.clients, "outside", {
        Effect: "Allow",
        Action: "s3:*",
        Resource: "*",
        Condition: { [operator]: { [key]: value } },
      });
      const names = [...new Set(spellings(key).map((name) => name.toLowerCase()))].filter(
        (name) => !name.includes(":"),
      );
      const headers = [...names, ...forwarding].map((name) => [name, value] as const);
      assert.equal((await get("/kept/k", [])).code, "AccessDenied", `${key}: as it is`);
      assert.equal((await get("/kept/k", headers)).code, "AccessDenied", `${key}: signed headers`);
      // Headers named x-amz-… have to be signed; unsigned they end the request before any policy is asked.
      const plain = headers.filter(([name]) => !name.startsWith("x-amz-"));
      assert.equal((await get("/kept/k", plain, [])).code, "AccessDenied", `${key}: unsigned headers`);
      assert.notEqual((await get("/kept/k", headers, [])).status, 200, `${key}: unsigned headers of AWS's`);
      for (const name of [key, encodeURIComponent(key), ...spellings(key)]) {
        const answer = await get(`/kept/k?${name}=${encodeURIComponent(value)}`, []);
        // What means nothing to S3 is refused by its name; it is never taken for a condition key.
        assert.match(
          answer.code,
          /^(AccessDenied|NotImplemented|InvalidArgument)$/,
          `${key}: parameter ${name}: ${answer.text}`,
        );
      }
    }
  });

  test("in front of the first byte of TLS ends the connection", async () => {
    const url = new URL(house.place.endpoint);
    const lines = ["PROXY TCP4 10.9.8.7 10.9.8.6 4711 443\r\n", "PROXY UNKNOWN\r\n"];
    const binary = Buffer.from("0d0a0d0a000d0a515549540a2111000c0a0908070a09080612670001bb", "hex");
    for (const bytes of [...lines.map((line) => Buffer.from(line)), binary]) {
      const socket = connect({ host: url.hostname, port: Number(url.port) });
      const answered = await new Promise<string>((resolve) => {
        const parts: Buffer[] = [];
        socket.on("data", (part: Buffer) => parts.push(part));
        socket.on("error", () => undefined);
        socket.on("close", () => {
          resolve(Buffer.concat(parts).toString("latin1"));
        });
        socket.write(Buffer.concat([bytes, Buffer.from("GET / HTTP/1.1\r\nhost: x\r\n\r\n")]));
      });
      assert.ok(!answered.includes("HTTP/"), "nothing is answered outside of TLS");
    }
  });

  test("is not needed: the socket tells, on the host and inside", async () => {
    await setStatements(house.clients, "outside", {
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: "*",
      Condition: {
        IpAddress: { "aws:SourceIp": "127.0.0.1/32" },
        Null: {
          "aws:SourceVpc": "true",
          "aws:SourceVpce": "true",
          "aws:VpcSourceIp": "true",
          "aws:SourceVpcArn": "true",
          "aws:VpceAccount": "true",
        },
        StringEquals: { "s3:authType": "REST-HEADER", "s3:signatureversion": "AWS4-HMAC-SHA256" },
        NumericGreaterThanEquals: { "s3:TlsVersion": "1.2" },
      },
    });
    assert.equal((await get("/kept/k", [])).status, 200);
    const { accountId } = house.place;
    await setStatements(house.clients, "outside", {
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: "*",
      Condition: {
        Null: { "aws:SourceIp": "true" },
        IpAddress: { "aws:VpcSourceIp": "10.40.1.0/24" },
        StringLike: { "aws:SourceVpc": "vpc-*", "aws:SourceVpce": "vpce-*" },
        ArnLike: { "aws:SourceVpcArn": `arn:aws:ec2:us-east-1:${accountId}:vpc/vpc-*` },
        StringEquals: { "aws:VpceAccount": accountId },
      },
    });
    assert.equal((await get("/kept/k", [])).code, "AccessDenied");
    const { accessKeyId, secretAccessKey } = user.credentials;
    const program = `
      import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
      const credentials = { accessKeyId: "${accessKeyId}", secretAccessKey: "${secretAccessKey}" };
      const got = await new S3Client({ forcePathStyle: true, credentials }).send(new GetObjectCommand({ Bucket: "kept", Key: "k" }));
      console.log(await got.Body.transformToString());`;
    await house.clients.sagemaker.send(new CreateProcessingJobCommand(nodeRequest(room, "inside", program)));
    const job = await processed(house.clients, "inside");
    assert.equal(job.ProcessingJobStatus, "Completed", job.FailureReason);
    assert.deepEqual(await linesOf(house.clients, "/aws/sagemaker/ProcessingJobs", "inside/"), ["kept"]);
    assert.deepEqual(house.log, [], "nothing failed inside");
  });
});
