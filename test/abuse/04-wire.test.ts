import { strict as assert } from "node:assert";
import { randomBytes } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { DescribeSubnetsCommand } from "@aws-sdk/client-ec2";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { CreateProcessingJobCommand, type CreateProcessingJobRequest } from "@aws-sdk/client-sagemaker";
import { instanceIdOf } from "@strongroom/server";
import { hostLacks, startHouse, witness, type TestHouse } from "@strongroom/testkit";
import { bucket, furnish, keysBelow, linesOf, processed, textOf, type Room } from "../sagemaker/room.ts";

/**
 * algo-1 sends a word to algo-2 over TCP, and algo-2 stores it. Then algo-1 tries what it can to have another word
 * leave it in the clear, and last says a third one to the router, which nothing hides.
 */
const program = `
import json, os, socket, time
config = json.load(open("/opt/ml/config/resourceconfig.json"))
words = json.load(open("/opt/ml/processing/input/code/words.json"))
if config["current_host"] == "algo-2":
    server = socket.create_server(("0.0.0.0", 9000))
    connection, _ = server.accept()
    with connection.makefile() as stream: heard = stream.read()
    open("/opt/ml/processing/output/heard", "w").write(heard)
else:
    deadline = time.time() + 20
    while True:
        try:
            connection = socket.create_connection(("algo-2", 9000), timeout=5)
            break
        except OSError:
            if time.time() > deadline: raise
            time.sleep(0.1)
    connection.sendall(words["secret"].encode())
    connection.close()
    other = socket.gethostbyname("algo-2")
    def around(name, prepare):
        attempt = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            prepare(attempt)
            attempt.sendto(words["around"].encode(), (other, 500))
            print(name, "sent", flush=True)
        except OSError as error:
            print(name, type(error).__name__, flush=True)
    around("link", lambda s: s.setsockopt(socket.SOL_SOCKET, 25, b"eth0"))
    around("mark", lambda s: s.setsockopt(socket.SOL_SOCKET, 36, 500))
    around("port", lambda s: s.bind(("0.0.0.0", 500)))
    around("plainly", lambda s: None)
    for kind in (socket.SOCK_RAW,):
        try: socket.socket(socket.AF_INET, kind, socket.IPPROTO_UDP); print("raw made")
        except OSError as error: print("raw", type(error).__name__, flush=True)
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(words["open"].encode(), ("169.254.1.1", 9))
    time.sleep(1)
`;

describe("what the hosts of a job say to each other", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  let room: Room;
  before(async () => {
    house = await startHouse();
    room = await furnish(house.clients);
  });
  after(() => house[Symbol.asyncDispose]());

  function request(name: string, isEncrypted: boolean): CreateProcessingJobRequest {
    const S3Output = {
      S3Uri: `s3://${bucket}/${name}`,
      LocalPath: "/opt/ml/processing/output",
      S3UploadMode: "EndOfJob" as const,
    };
    const S3Input = {
      S3Uri: `s3://${bucket}/code-${name}/`,
      LocalPath: "/opt/ml/processing/input/code",
      S3DataType: "S3Prefix" as const,
      S3InputMode: "File" as const,
    };
    return {
      ProcessingJobName: name,
      RoleArn: room.roleArn,
      AppSpecification: {
        ImageUri: "sagemaker-scikit-learn:1.2-1",
        ContainerEntrypoint: ["python3", "/opt/ml/processing/input/code/program.py"],
      },
      ProcessingInputs: [{ InputName: "code", S3Input }],
      ProcessingOutputConfig: { Outputs: [{ OutputName: "out", S3Output }], KmsKeyId: room.keyArn },
      ProcessingResources: {
        ClusterConfig: {
          InstanceCount: 2,
          InstanceType: "ml.t3.medium",
          VolumeSizeInGB: 1,
          VolumeKmsKeyId: room.keyArn,
        },
      },
      NetworkConfig: { VpcConfig: room.network, EnableInterContainerTrafficEncryption: isEncrypted },
    };
  }

  interface Exchange {
    readonly words: Readonly<Record<"secret" | "around" | "open", string>>;
    readonly frames: Buffer;
    readonly said: readonly string[];
  }

  /** Runs the job, with a witness at the VPC's router. */
  async function exchange(name: string, isEncrypted: boolean): Promise<Exchange> {
    const { s3, ec2, sagemaker } = house.clients;
    const word = (use: string) => `${use}-${randomBytes(16).toString("hex")}`;
    const words = { secret: word("secret"), around: word("around"), open: word("open") };
    const code = { "program.py": program, "words.json": JSON.stringify(words) };
    for (const [file, Body] of Object.entries(code))
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: `code-${name}/${file}`, Body }));
    const { Subnets } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: room.network.Subnets }));
    const router = `sr-${instanceIdOf(house.dataDir)}-${Subnets?.[0]?.VpcId?.slice(-8) ?? ""}`;
    await using wire = await witness(router);
    await sagemaker.send(new CreateProcessingJobCommand(request(name, isEncrypted)));
    const job = await processed(house.clients, name);
    assert.equal(job.FailureReason, undefined);
    assert.deepEqual(await keysBelow(house.clients, `${name}/`), [`${name}/heard`]);
    assert.equal(await textOf(house.clients, `${name}/heard`), words.secret, "the other host has heard it");
    const said = await linesOf(house.clients, "/aws/sagemaker/ProcessingJobs", `${name}/algo-1-`);
    const frames = wire.frames();
    assert.ok(frames.includes(words.open), "the witness sees what the job sends in the clear");
    return { words, frames, said };
  }

  test("is on the wire for everybody to read where encryption was not asked for", async () => {
    const { words, frames } = await exchange("in-the-clear", false);
    assert.ok(frames.includes(words.secret));
    assert.ok(frames.includes(words.around));
  });

  test("arrives and is nowhere on the wire where it was, whatever the job tries", async () => {
    const { words, frames, said } = await exchange("hidden", true);
    assert.ok(!frames.includes(words.secret), "what is sent to the other host is encrypted");
    assert.ok(!frames.includes(words.around), "nothing goes around the tunnel");
    assert.deepEqual(
      said.filter((line) => /^(mark|port|plainly|raw) /.test(line)),
      ["mark PermissionError", "port PermissionError", "plainly sent", "raw PermissionError"],
    );
  });
});
