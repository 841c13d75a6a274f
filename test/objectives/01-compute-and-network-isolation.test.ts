import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import {
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  CreateVpcEndpointCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  RevokeSecurityGroupEgressCommand,
} from "@aws-sdk/client-ec2";
import { CreateBucketCommand, GetObjectCommand, PutBucketPolicyCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { CreateProcessingJobCommand, type CreateProcessingJobRequest } from "@aws-sdk/client-sagemaker";
import { hostLacks, newUser, startHouse, type TestHouse, refusalOf } from "@strongroom/testkit";
import { furnish, linesOf, processed, scriptRequest, type Room } from "../sagemaker/room.ts";
import { nodeRequest } from "./node-request.ts";

describe("objective 1: compute and network isolation", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  let room: Room;
  before(async () => {
    house = await startHouse();
    room = await furnish(house.clients);
  });
  after(() => house[Symbol.asyncDispose]());

  /** What a script in a job said, line by line. */
  async function said(request: CreateProcessingJobRequest): Promise<string[]> {
    await house.clients.sagemaker.send(new CreateProcessingJobCommand(request));
    const name = request.ProcessingJobName ?? "";
    const job = await processed(house.clients, name);
    assert.equal(job.ProcessingJobStatus, "Completed", job.FailureReason);
    return await linesOf(house.clients, "/aws/sagemaker/ProcessingJobs", `${name}/`);
  }

  const status = (address: string) => `curl -sk --max-time 1 -o /dev/null -w '%{http_code}\\n' ${address} || true`;

  test("a job reaches its network's endpoints, and nothing else", async () => {
    const { port } = new URL(house.place.endpoint);
    const addresses = [
      "https://192.0.2.1/",
      `https://127.0.0.1:${port}/`,
      `https://10.40.0.1:${port}/`,
      "http://169.254.169.254/",
    ];
    const script = [status("$AWS_ENDPOINT_URL_S3/"), ...addresses.map(status), "cat /proc/net/dev | grep -c :"].join(
      "\n",
    );
    // The store answers, and refuses what is not signed; nothing else answers at all.
    assert.deepEqual(await said(scriptRequest(room, "reach", script)), ["403", "000", "000", "000", "000", "2"]);
  });

  test("a network does not reach another one's endpoints", async () => {
    const [own = ""] = await said(scriptRequest(room, "own", "echo $AWS_ENDPOINT_URL_S3"));
    assert.match(own, /^https:\/\/10\.40\./);
    const { ec2 } = house.clients;
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.42.0.0/16" }));
    const VpcId = Vpc?.VpcId ?? "";
    const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: "10.42.1.0/24" }));
    const SubnetIds = [Subnet?.SubnetId ?? ""];
    const ServiceName = `com.amazonaws.${house.place.region}.s3`;
    await ec2.send(new CreateVpcEndpointCommand({ VpcId, ServiceName, VpcEndpointType: "Interface", SubnetIds }));
    const groups = await ec2.send(
      new DescribeSecurityGroupsCommand({ Filters: [{ Name: "vpc-id", Values: [VpcId] }] }),
    );
    const VpcConfig = { Subnets: SubnetIds, SecurityGroupIds: [groups.SecurityGroups?.[0]?.GroupId ?? ""] };
    const script = [status("$AWS_ENDPOINT_URL_S3/"), status(`${own}/`)].join("\n");
    const elsewhere = { ...scriptRequest(room, "elsewhere", script), NetworkConfig: { VpcConfig } };
    assert.deepEqual(await said(elsewhere), ["403", "000"]);
  });

  test("without an endpoint, or with a security group that lets nothing out, no job runs", async () => {
    const { ec2, sagemaker } = house.clients;
    const { Subnets } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: room.network.Subnets }));
    const VpcId = Subnets?.[0]?.VpcId;
    const { GroupId = "" } = await ec2.send(
      new CreateSecurityGroupCommand({ VpcId, GroupName: "mute", Description: "Nothing goes out" }),
    );
    const everything = [{ IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] }];
    await ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions: everything }));
    const reasons: [string, Room["network"], RegExp][] = [
      ["closed", room.closed, /has no endpoint for com\.amazonaws\.us-east-1\.s3/],
      ["muted", { ...room.network, SecurityGroupIds: [GroupId] }, /security groups .* do not let it reach/],
    ];
    for (const [name, VpcConfig, reason] of reasons) {
      const request = { ...scriptRequest(room, name, "true"), NetworkConfig: { VpcConfig } };
      await sagemaker.send(new CreateProcessingJobCommand(request));
      const job = await processed(house.clients, name);
      assert.equal(job.ProcessingJobStatus, "Failed");
      assert.match(job.FailureReason ?? "", reason);
    }
  });

  test("a bucket that takes only what comes through the endpoint refuses the administrator on the host", async () => {
    const { s3, ec2 } = house.clients;
    const { VpcEndpoints } = await ec2.send(new DescribeVpcEndpointsCommand({}));
    const endpoint = VpcEndpoints?.find(({ ServiceName }) => ServiceName?.endsWith(".s3"))?.VpcEndpointId;
    await s3.send(new CreateBucketCommand({ Bucket: "inside" }));
    await s3.send(new PutObjectCommand({ Bucket: "inside", Key: "word", Body: "seen inside" }));
    const Policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "OnlyThroughTheEndpoint",
          Effect: "Deny",
          Principal: "*",
          Action: ["s3:GetObject*"],
          Resource: "arn:aws:s3:::inside/*",
          Condition: { StringNotEquals: { "aws:sourceVpce": endpoint } },
        },
      ],
    });
    await s3.send(new PutBucketPolicyCommand({ Bucket: "inside", Policy }));
    const outside = await refusalOf(house.clients, s3.send(new GetObjectCommand({ Bucket: "inside", Key: "word" })));
    assert.equal(outside.name, "AccessDenied");
    assert.match(outside.because, /OnlyThroughTheEndpoint/);
    const program = `
      import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
      const { Body } = await new S3Client({}).send(new GetObjectCommand({ Bucket: "inside", Key: "word" }));
      console.log(await Body.transformToString());`;
    assert.deepEqual(await said(nodeRequest(room, "inside", program)), ["seen inside"]);
  });

  test("a job without a subnet is refused where a policy wants one, and the statement is named", async () => {
    using user = await newUser(house.clients, "scientist", [
      { Effect: "Allow", Action: ["sagemaker:CreateProcessingJob", "iam:PassRole"], Resource: "*" },
      {
        Sid: "NoJobOutsideANetwork",
        Effect: "Deny",
        Action: "sagemaker:CreateProcessingJob",
        Resource: "*",
        Condition: { Null: { "sagemaker:VpcSubnets": "true" } },
      },
    ]);
    const outside = { ...scriptRequest(room, "outside", "true"), NetworkConfig: undefined };
    const refused = await refusalOf(house.clients, user.sagemaker.send(new CreateProcessingJobCommand(outside)));
    assert.equal(refused.name, "AccessDeniedException");
    assert.match(refused.because, /NoJobOutsideANetwork/);
  });

  test("inside there is no other process, no privilege and nothing of the host to write to", async () => {
    const script = [
      "id -u",
      "grep -E '^(CapEff|CapBnd|NoNewPrivs|Seccomp):' /proc/self/status | tr -s '\\t ' ' '",
      "ls -d /proc/[0-9]* | wc -l | awk '{ print ($1 < 8) ? \"few processes\" : $1 }'",
      "for path in /usr /etc /opt /proc/sys; do touch $path/x 2>/dev/null && echo wrote $path; done",
      "ls /root /home /work /var/lib 2>/dev/null | head -n 1",
      "unshare --user true 2>/dev/null && echo unshared",
      "env | cut -d= -f1 | grep -c -i -E 'passphrase|^STRONGROOM|SECRET' || true",
    ].join("\n");
    assert.deepEqual(await said(scriptRequest(room, "walls", script)), [
      "1000",
      "CapEff: 0000000000000000",
      "CapBnd: 0000000000000000",
      "NoNewPrivs: 1",
      "Seccomp: 2",
      "few processes",
      "0",
    ]);
    assert.deepEqual(house.log, [], "nothing failed inside");
  });
});
