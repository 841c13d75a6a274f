import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { CreateSubnetCommand, CreateVpcCommand, CreateVpcEndpointCommand } from "@aws-sdk/client-ec2";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { CreateRepositoryCommand } from "@aws-sdk/client-codecommit";
import { instanceIdOf } from "@strongroom/server";
import { hostLacks, newRole, newUser, startHouse, startHouseProcess } from "@strongroom/testkit";

/** What a house could leave behind on this machine. */
function traces(folder: string): Record<string, string[]> {
  const folders = readdirSync(tmpdir()).filter((name) => name === folder.split("/").at(-1));
  const mounts = readFileSync("/proc/mounts", "utf8")
    .split("\n")
    .filter((line) => line.includes(folder));
  const processes = readdirSync("/proc").filter((pid) => {
    if (!/^[0-9]+$/.test(pid) || pid === String(process.pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(folder);
    } catch {
      return false;
    }
  });
  return { folders, mounts, processes };
}

/** Network namespaces of the house on this data folder; others may run beside it. */
function namespacesOf(dataDir: string): string[] {
  const listed = execFileSync("/usr/sbin/ip", ["netns", "list"], { encoding: "utf8" }).split("\n");
  return listed.filter((name) => name.startsWith(`sr-${instanceIdOf(dataDir)}-`));
}

describe("a house of tests", { skip: await hostLacks() }, () => {
  test("answers, and leaves nothing behind", async () => {
    let folder: string;
    {
      await using house = await startHouse();
      folder = dirname(house.dataDir);
      const { Vpc } = await house.clients.ec2.send(new CreateVpcCommand({ CidrBlock: "10.9.0.0/16" }));
      const VpcId = Vpc?.VpcId ?? "";
      const { Subnet } = await house.clients.ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: "10.9.1.0/24" }));
      await house.clients.ec2.send(
        new CreateVpcEndpointCommand({
          VpcId,
          ServiceName: "com.amazonaws.us-east-1.s3",
          VpcEndpointType: "Interface",
          SubnetIds: [Subnet?.SubnetId ?? ""],
        }),
      );
      assert.ok(namespacesOf(house.dataDir).length > 0, "the VPC has a namespace");
      await house.clients.codecommit.send(new CreateRepositoryCommand({ repositoryName: "code" }));
      assert.ok(traces(folder).folders?.length === 1);
      assert.deepEqual(house.log, []);
    }
    assert.deepEqual(traces(folder), { folders: [], mounts: [], processes: [] });
    assert.deepEqual(namespacesOf(join(folder, "data")), []);
  });

  test("makes users and roles with clients of their own", async () => {
    await using house = await startHouse();
    using ada = await newUser(house.clients, "ada");
    assert.match((await ada.sts.send(new GetCallerIdentityCommand({}))).Arn ?? "", /:user\/ada$/);
    using session = await (await newRole(house.clients, "reader")).assume("reading");
    assert.match(
      (await session.sts.send(new GetCallerIdentityCommand({}))).Arn ?? "",
      /:assumed-role\/reader\/reading$/,
    );
  });

  test("runs as a process of its own, which can be killed and started again", async () => {
    let folder: string;
    {
      await using house = await startHouseProcess();
      folder = dirname(house.dataDir);
      const before = await house.clients.sts.send(new GetCallerIdentityCommand({}));
      const { pid } = house;
      await house.kill();
      // Until somebody has asked how it ended the number is kept, with nothing behind it.
      assert.throws(() => readlinkSync(join("/proc", String(pid), "exe")));
      await house.up();
      const after = await house.clients.sts.send(new GetCallerIdentityCommand({}));
      assert.equal(after.Arn, before.Arn);
    }
    assert.deepEqual(traces(folder), { folders: [], mounts: [], processes: [] });
  });
});
