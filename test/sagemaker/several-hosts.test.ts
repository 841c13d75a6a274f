import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DescribeSubnetsCommand,
} from "@aws-sdk/client-ec2";
import { DescribeLogStreamsCommand, GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import {
  CreateProcessingJobCommand,
  CreateTrainingJobCommand,
  StopProcessingJobCommand,
  type CreateProcessingJobRequest,
  type DescribeProcessingJobResponse,
  type ProcessingInput,
} from "@aws-sdk/client-sagemaker";
import { AdminClient, DescribeReproductionCommand, ReproduceTrainingJobCommand } from "@strongroom/admin-api";
import { hostLacks, startHouse, type Clients, type TestHouse } from "@strongroom/testkit";
import {
  bucket,
  furnish,
  keysBelow,
  processed,
  scriptRequest,
  textOf,
  trained,
  trainingRequest,
  until,
  type Room,
} from "./room.ts";

const input = (name: string, S3DataDistributionType: "FullyReplicated" | "ShardedByS3Key"): ProcessingInput => ({
  InputName: name,
  S3Input: {
    S3Uri: `s3://${bucket}/parts/`,
    LocalPath: `/opt/ml/processing/input/${name}`,
    S3DataType: "S3Prefix",
    S3InputMode: "File",
    S3DataDistributionType,
  },
});
const output = {
  OutputName: "result",
  S3Output: {
    S3Uri: `s3://${bucket}/result`,
    LocalPath: "/opt/ml/processing/output",
    S3UploadMode: "EndOfJob" as const,
  },
};

/** Says to the other host over TCP what it is called, and prints what it hears from it. */
const meet = `
import json, socket, threading, time
config = json.load(open("/opt/ml/config/resourceconfig.json"))
me = config["current_host"]
[other] = [name for name in config["hosts"] if name != me]
server = socket.create_server((socket.gethostbyname(me), 9000))
def answer():
    connection, _ = server.accept()
    connection.sendall(me.encode())
    connection.close()
answering = threading.Thread(target=answer, daemon=True)
answering.start()
deadline = time.time() + 20
while True:
    try:
        heard = socket.create_connection((other, 9000), timeout=5).recv(100).decode()
        break
    except OSError as error:
        if time.time() > deadline: raise
        time.sleep(0.1)
print(me, "heard", heard, flush=True)
answering.join(20)
`;

describe("jobs of several hosts", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  let clients: Clients;
  let room: Room;

  before(async () => {
    house = await startHouse();
    clients = house.clients;
    room = await furnish(clients);
    for (const name of ["a", "b", "c", "d", "e"])
      await clients.s3.send(new PutObjectCommand({ Bucket: bucket, Key: `parts/${name}`, Body: name }));
  });
  after(() => house[Symbol.asyncDispose]());

  function hostsRequest(name: string, script: string, InstanceCount = 2): CreateProcessingJobRequest {
    const request = scriptRequest(room, name, script);
    const ClusterConfig = { ...request.ProcessingResources?.ClusterConfig, InstanceCount } as never;
    return { ...request, ProcessingResources: { ClusterConfig } };
  }
  const create = async (request: CreateProcessingJobRequest) =>
    await clients.sagemaker.send(new CreateProcessingJobCommand(request));
  const run = async (request: CreateProcessingJobRequest): Promise<DescribeProcessingJobResponse> => {
    await create(request);
    return await processed(clients, request.ProcessingJobName ?? "");
  };

  /** What each host printed, by its name. */
  async function said(group: string, name: string): Promise<Record<string, string[]>> {
    const logGroupName = `/aws/sagemaker/${group}`;
    const { logStreams } = await clients.logs.send(
      new DescribeLogStreamsCommand({ logGroupName, logStreamNamePrefix: `${name}/` }),
    );
    const lines: Record<string, string[]> = {};
    for (const { logStreamName = "" } of logStreams ?? []) {
      const { events } = await clients.logs.send(
        new GetLogEventsCommand({ logGroupName, logStreamName, startFromHead: true }),
      );
      const host = /\/(algo-\d+)-\d+$/.exec(logStreamName)?.[1] ?? "";
      lines[host] = (events ?? []).map(({ message }) => message ?? "");
    }
    return lines;
  }

  test("each host knows itself and the others, and has its own address, volume and credentials", async () => {
    const script = [
      "cat /opt/ml/config/resourceconfig.json; echo",
      "hostname",
      "grep -c algo- /etc/hosts",
      "getent hosts $(hostname) | cut -d' ' -f1",
      'curl -s http://169.254.170.2$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI | grep -o \'"RoleArn":"[^"]*"\'',
      "ls /opt/ml/processing 2>/dev/null; hostname > /opt/ml/mine; cat /opt/ml/mine",
    ].join("\n");
    const job = await run(hostsRequest("known", script, 3));
    assert.equal(job.FailureReason, undefined);
    assert.equal(job.ProcessingResources?.ClusterConfig?.InstanceCount, 3);
    const lines = await said("ProcessingJobs", "known");
    const hosts = ["algo-1", "algo-2", "algo-3"];
    assert.deepEqual(Object.keys(lines).sort(), hosts);
    for (const host of hosts) {
      const [config = "", hostname, names, , role, mine] = lines[host] ?? [];
      assert.deepEqual(JSON.parse(config), {
        current_host: host,
        current_instance_type: "ml.t3.medium",
        current_group_name: "homogeneousCluster",
        hosts,
        instance_groups: [{ instance_group_name: "homogeneousCluster", instance_type: "ml.t3.medium", hosts }],
        network_interface_name: "eth0",
      });
      assert.deepEqual([hostname, names, role, mine], [host, "3", `"RoleArn":"${room.roleArn}"`, host]);
    }
    const addresses = hosts.map((host) => lines[host]?.[3] ?? "");
    assert.equal(new Set(addresses).size, 3);
    for (const address of addresses) assert.match(address, /^10\.40\.1\./);
  });

  test("objects are shared out or given to all, and what all hosts leave is stored", async () => {
    const script = [
      "cd /opt/ml/processing/input",
      "echo all $(ls all) shares $(ls shares)",
      "cat shares/* > /opt/ml/processing/output/$(hostname).txt",
    ].join("\n");
    const job = await run({
      ...hostsRequest("shared", script, 2),
      ProcessingInputs: [input("all", "FullyReplicated"), input("shares", "ShardedByS3Key")],
      ProcessingOutputConfig: { KmsKeyId: room.keyArn, Outputs: [output] },
    });
    assert.equal(job.FailureReason, undefined);
    assert.deepEqual(await said("ProcessingJobs", "shared"), {
      "algo-1": ["all a b c d e shares a c e"],
      "algo-2": ["all a b c d e shares b d"],
    });
    assert.deepEqual(await keysBelow(clients, "result/"), ["result/algo-1.txt", "result/algo-2.txt"]);
    assert.deepEqual(
      [await textOf(clients, "result/algo-1.txt"), await textOf(clients, "result/algo-2.txt")],
      ["ace", "bd"],
    );
  });

  test("a host without a share has an empty folder", async () => {
    const one = input("shares", "ShardedByS3Key");
    const S3Input = { ...one.S3Input, S3Uri: `s3://${bucket}/parts/a` } as NonNullable<ProcessingInput["S3Input"]>;
    const job = await run({
      ...hostsRequest("short", "ls /opt/ml/processing/input/shares | wc -l"),
      ProcessingInputs: [{ ...one, S3Input }],
    });
    assert.equal(job.FailureReason, undefined);
    assert.deepEqual(await said("ProcessingJobs", "short"), { "algo-1": ["1"], "algo-2": ["0"] });
  });

  test("one host that fails ends them all, and is named", async () => {
    const script =
      'if [ "$(hostname)" = algo-2 ]; then echo "my share is broken" > /opt/ml/output/message; exit 3; fi; sleep 300';
    const before = Date.now();
    const job = await run(hostsRequest("half", script));
    assert.equal(job.ProcessingJobStatus, "Failed");
    assert.equal(job.FailureReason, "AlgorithmError: my share is broken, exit code: 3 on algo-2");
    assert.ok(Date.now() - before < 60_000, "the other host was not waited for");
  });

  test("a stop and the end of the time reach every host", async () => {
    const script = "trap 'echo told; exit 0' TERM; echo ready; while true; do sleep 0.1; done";
    await create(hostsRequest("stopped", script));
    const ready = { "algo-1": ["ready"], "algo-2": ["ready"] };
    await until(
      () => said("ProcessingJobs", "stopped").catch(() => ({})),
      (lines) => JSON.stringify(lines) === JSON.stringify(ready),
    );
    await clients.sagemaker.send(new StopProcessingJobCommand({ ProcessingJobName: "stopped" }));
    assert.equal((await processed(clients, "stopped")).ProcessingJobStatus, "Stopped");
    const told = { "algo-1": ["ready", "told"], "algo-2": ["ready", "told"] };
    assert.deepEqual(await said("ProcessingJobs", "stopped"), told);
    const late = await run({ ...hostsRequest("late", script), StoppingCondition: { MaxRuntimeInSeconds: 2 } });
    assert.equal(late.ProcessingJobStatus, "Stopped");
    assert.deepEqual(await said("ProcessingJobs", "late"), told);
  });

  /** A Python program, which comes with the job's other inputs. */
  async function python(request: CreateProcessingJobRequest, program: string): Promise<CreateProcessingJobRequest> {
    const key = `code/${request.ProcessingJobName ?? ""}.py`;
    await clients.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: program }));
    const code = input("code", "FullyReplicated");
    const S3Input = { ...code.S3Input, S3Uri: `s3://${bucket}/${key}` } as NonNullable<ProcessingInput["S3Input"]>;
    const ContainerEntrypoint = ["python3", `/opt/ml/processing/input/${key}`];
    return {
      ...request,
      AppSpecification: { ImageUri: "sagemaker-scikit-learn:1.2-1", ContainerEntrypoint },
      ProcessingInputs: [...(request.ProcessingInputs ?? []), { ...code, S3Input }],
    };
  }

  test("hosts meet if their security groups let them, encrypted or not, isolated or not", async () => {
    const networks = {
      plain: { VpcConfig: room.network },
      tunnelled: { VpcConfig: room.network, EnableInterContainerTrafficEncryption: true },
      isolated: { VpcConfig: room.network, EnableNetworkIsolation: true },
      apart: { EnableNetworkIsolation: true, EnableInterContainerTrafficEncryption: true },
    };
    for (const [name, NetworkConfig] of Object.entries(networks)) {
      const job = await run({ ...(await python(hostsRequest(name, ""), meet)), NetworkConfig });
      assert.equal(job.FailureReason, undefined, name);
      assert.deepEqual(await said("ProcessingJobs", name), {
        "algo-1": ["algo-1 heard algo-2"],
        "algo-2": ["algo-2 heard algo-1"],
      });
    }
  });

  test("security groups that forbid it keep hosts apart, and a job that asked for encryption fails by name", async () => {
    const { Subnets } = await clients.ec2.send(new DescribeSubnetsCommand({ SubnetIds: room.network.Subnets }));
    const { GroupId = "" } = await clients.ec2.send(
      new CreateSecurityGroupCommand({ VpcId: Subnets?.[0]?.VpcId, GroupName: "apart", Description: "No peers" }),
    );
    // The endpoints are in the default group, and let this one in.
    const [byDefault = ""] = room.network.SecurityGroupIds;
    const https = [{ IpProtocol: "tcp", FromPort: 443, ToPort: 443, UserIdGroupPairs: [{ GroupId }] }];
    await clients.ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: byDefault, IpPermissions: https }));
    const VpcConfig = { Subnets: room.network.Subnets, SecurityGroupIds: [GroupId] };
    const knock = `
import json, socket
config = json.load(open("/opt/ml/config/resourceconfig.json"))
[other] = [name for name in config["hosts"] if name != config["current_host"]]
try:
    socket.create_connection((other, 9000), timeout=3)
except OSError as error:
    print(type(error).__name__)
`;
    const plain = await run({ ...(await python(hostsRequest("forbidden", ""), knock)), NetworkConfig: { VpcConfig } });
    assert.equal(plain.FailureReason, undefined);
    const refused = ["ConnectionRefusedError"];
    assert.deepEqual(await said("ProcessingJobs", "forbidden"), { "algo-1": refused, "algo-2": refused });
    const NetworkConfig = { VpcConfig, EnableInterContainerTrafficEncryption: true };
    const job = await run({ ...(await python(hostsRequest("untold", ""), knock)), NetworkConfig });
    assert.equal(job.ProcessingJobStatus, "Failed");
    assert.match(job.FailureReason ?? "", /^ClientError: The security groups of 10\.40\..* have to allow UDP 500/);
  });

  test("a training job's hosts make one model together", async () => {
    const request = trainingRequest(room, "together");
    const script = [
      "mkdir -p /opt/ml/model/parts",
      "hostname > /opt/ml/model/parts/$(hostname)",
      "hostname > /opt/ml/model/common",
      "ls /opt/ml/input/data/train",
    ].join("; ");
    await clients.sagemaker.send(
      new CreateTrainingJobCommand({
        ...request,
        AlgorithmSpecification: {
          TrainingImage: "strongroom-workbench:1",
          TrainingInputMode: "File",
          ContainerEntrypoint: ["/bin/sh", "-c", script],
        },
        ResourceConfig: {
          ...request.ResourceConfig,
          InstanceCount: 2,
          InstanceType: "ml.t3.medium",
          VolumeSizeInGB: 1,
        },
      }),
    );
    const job = await trained(clients, "together");
    assert.equal(job.FailureReason, undefined);
    const lines = await said("TrainingJobs", "together");
    assert.deepEqual(lines["algo-1"], ["train.csv"]);
    assert.match(lines["algo-2"]?.[1] ?? "", /\/opt\/ml\/model\/common is left out/);
    const check = `
import io, json, tarfile
archive = tarfile.open("/opt/ml/processing/input/model/model.tar.gz")
for entry in archive.getmembers():
    print(entry.name, archive.extractfile(entry).read().decode().strip() if entry.isfile() else "")
`;
    const S3Uri = job.ModelArtifacts?.S3ModelArtifacts ?? "";
    const model = input("model", "FullyReplicated");
    const S3Input = { ...model.S3Input, S3Uri } as NonNullable<ProcessingInput["S3Input"]>;
    const reader = { ...hostsRequest("read-model", "", 1), ProcessingInputs: [{ ...model, S3Input }] };
    const reading = await run(await python(reader, check));
    assert.equal(reading.FailureReason, undefined);
    assert.deepEqual(await said("ProcessingJobs", "read-model"), {
      "algo-1": ["common algo-1", "parts ", "parts/algo-1 algo-1", "parts/algo-2 algo-2"],
    });
  });

  test("what several hosts made of their shares is made again from the record, whatever lies there by then", async () => {
    const request = trainingRequest(room, "recorded");
    const [train] = request.InputDataConfig ?? [];
    const S3DataSource = { S3DataType: "S3Prefix", S3Uri: `s3://${bucket}/parts/` } as const;
    const shared = { ...S3DataSource, S3DataDistributionType: "ShardedByS3Key" } as const;
    await clients.sagemaker.send(
      new CreateTrainingJobCommand({
        ...request,
        AlgorithmSpecification: {
          TrainingImage: "strongroom-workbench:1",
          TrainingInputMode: "File",
          ContainerEntrypoint: ["/bin/sh", "-c", "cat /opt/ml/input/data/train/* > /opt/ml/model/$(hostname)"],
        },
        InputDataConfig: [{ ...train, ChannelName: "train", DataSource: { S3DataSource: shared } }],
        ResourceConfig: { InstanceCount: 2, InstanceType: "ml.t3.medium", VolumeSizeInGB: 1 },
        EnableInterContainerTrafficEncryption: true,
      }),
    );
    assert.equal((await trained(clients, "recorded")).FailureReason, undefined);
    for (const name of ["a", "aa", "d"])
      await clients.s3.send(new PutObjectCommand({ Bucket: bucket, Key: `parts/${name}`, Body: "newer" }));
    const { place, credentials, agent } = clients;
    const admin = new AdminClient({ ...place, credentials, agent });
    const { ReproductionJobName } = await admin.send(new ReproduceTrainingJobCommand({ TrainingJobName: "recorded" }));
    const again = await until(
      () => admin.send(new DescribeReproductionCommand({ ReproductionJobName })),
      ({ Status }) => Status !== "InProgress",
    );
    assert.deepEqual([again.Status, again.Identical], ["Completed", true], again.FailureReason);
  });

  test("more hosts than there can be, and an image that knows of one host, are refused by name", async () => {
    await assert.rejects(create(hostsRequest("many", "true", 5)), {
      name: "ResourceLimitExceeded",
      message: /ml\.t3\.medium for processing job usage' is 4 Instances/,
    });
    const large = hostsRequest("large", "true", 2);
    const ClusterConfig = { InstanceCount: 2, InstanceType: "ml.r5.24xlarge" as const, VolumeSizeInGB: 1 };
    await assert.rejects(create({ ...large, ProcessingResources: { ClusterConfig } }), {
      name: "ResourceLimitExceeded",
    });
    const request = trainingRequest(room, "alone");
    const alone = { ...request, ResourceConfig: { ...request.ResourceConfig, InstanceCount: 2 } };
    await assert.rejects(clients.sagemaker.send(new CreateTrainingJobCommand(alone as typeof request)), {
      name: "ValidationException",
      message: /sagemaker-xgboost:1\.7-1 runs on one host: InstanceCount 2/,
    });
    await assert.rejects(create(hostsRequest("hundred", "true", 101)), {
      name: "ValidationException",
      message: /InstanceCount/i,
    });
  });
});
