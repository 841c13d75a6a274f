import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { settle, witness } from "@strongroom/testkit";
import { openDb, systemClock } from "../../platform/index.ts";
import type { Db } from "../../platform/index.ts";
import { probeHost, whyNot } from "../host/index.ts";
import { networkMigrations, openNetworks } from "./index.ts";
import { unboundPrincipals } from "./testing/unbound-principals.ts";
import type { AttachedCluster, ClusterRequest, NetworkRefusal, Networks } from "./index.ts";
import { connectInNamespace, listenInNamespace } from "./namespace.ts";
import { removeNamespaces } from "./router.ts";

const report = await probeHost();
const cannot = whyNot(report, "network-isolation") ?? whyNot(report, "traffic-encryption");
const instanceId = randomBytes(3).toString("hex");
const run = promisify(execFile);
const port = 9000;

function made<T extends { kind: string }>(result: T | NetworkRefusal): Exclude<T, NetworkRefusal> {
  assert.notEqual(result.kind, "refused", JSON.stringify(result));
  return result as Exclude<T, NetworkRefusal>;
}

const ours = () => readdirSync("/run/netns").filter((name) => name.startsWith(`sr-${instanceId}-`));

/** This process's programs that carry tunnels. */
async function tunnelPrograms(): Promise<string> {
  return (await run("/bin/sh", ["-c", `pgrep -P ${process.pid} -x wireguard-go || true`])).stdout;
}

const settings = { region: "us-east-1", clock: systemClock, services: [], policyPrincipals: unboundPrincipals };

describe("the hosts of one job", { skip: cannot ?? false }, () => {
  const folder = mkdtempSync(join(tmpdir(), "cluster-"));
  let db: Db;
  let networks: Networks;
  let vpcId: string;
  let place: { subnetIds: string[]; securityGroupIds: string[] };

  before(async () => {
    db = openDb(join(folder, "db"), randomBytes(32));
    db.migrate(networkMigrations);
    networks = await openNetworks(db, { ...settings, instanceId });
    ({ vpcId } = made(await networks.vpcs.create({ cidrBlock: "10.50.0.0/16", tags: {} })).vpc);
    const { subnet } = made(networks.subnets.create({ vpcId, cidrBlock: "10.50.1.0/24", tags: {} }));
    const group = networks.securityGroups.list().find((one) => one.vpcId === vpcId);
    place = { subnetIds: [subnet.subnetId], securityGroupIds: [group?.groupId ?? ""] };
  });
  after(async () => {
    await networks[Symbol.asyncDispose]();
    db[Symbol.dispose]();
    rmSync(folder, { recursive: true });
    assert.deepEqual(ours(), []);
    assert.equal(await tunnelPrograms(), "");
  });

  const attached = async (
    request: Partial<ClusterRequest>,
    inVpc = true,
  ): Promise<AttachedCluster & AsyncDisposable> => {
    const whole = { ownerId: "job", count: 2, isEncrypted: true, ...(inVpc ? { place } : {}), ...request };
    const hosts = made(await networks.attachments.cluster(whole));
    return { ...hosts, [Symbol.asyncDispose]: () => hosts.detach() };
  };

  /** Says `word` from the first host to the last over TCP; resolves to what arrived, or the error's code. */
  async function exchange({ hosts }: AttachedCluster, word: string): Promise<string> {
    const [from, to] = [hosts[0], hosts.at(-1)];
    assert.ok(from !== undefined && to !== undefined);
    const accepted: Socket[] = [];
    const server = createServer((socket) => accepted.push(socket.on("error", () => undefined).pipe(socket)));
    await new Promise<void>((resolve) =>
      server.listen({ fd: listenInNamespace(to.netns, to.address, port) }, () => resolve()),
    );
    const socket = connectInNamespace(from.netns, to.address, port);
    const said = await new Promise<string>((resolve) => {
      socket.setTimeout(1500, () => resolve("nothing"));
      socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? ""));
      socket.once("data", (chunk: Buffer) => resolve(chunk.toString()));
      socket.write(word);
    });
    for (const one of [socket, ...accepted]) one.destroy();
    server.close();
    return said;
  }

  /** Everything that passed the router of these hosts while `body` ran. */
  async function captured(isInVpc: boolean, { hosts }: AttachedCluster, body: () => Promise<void>): Promise<Buffer> {
    await using wire = await witness(routerOf(isInVpc, hosts));
    await body();
    await settle(wire, hosts[0]?.netns ?? "", "169.254.1.1");
    return wire.frames();
  }

  const routerOf = (isInVpc: boolean, hosts: AttachedCluster["hosts"]) => {
    if (isInVpc) return `sr-${instanceId}-${vpcId.slice(-8)}`;
    const names = hosts.map(({ netns }) => netns);
    const found = ours().find((name) => !names.includes(name) && !name.endsWith(vpcId.slice(-8)));
    return found ?? "";
  };

  for (const inVpc of [true, false])
    it(`speak in the clear unless asked, and through tunnels when asked, ${inVpc ? "in a VPC" : "isolated"}`, async () => {
      for (const isEncrypted of [false, true]) {
        const word = `canary-${randomBytes(12).toString("hex")}`;
        await using hosts = await attached({ isEncrypted, count: 3 }, inVpc);
        const wire = await captured(inVpc, hosts, async () => {
          assert.equal(await exchange(hosts, word), word);
        });
        assert.equal(wire.includes(word), !isEncrypted, "the word is seen on the wire if nothing hides it");
      }
    });

  it("reach nobody by going around their tunnel", async () => {
    await using hosts = await attached({});
    const [one, two] = hosts.hosts;
    assert.ok(one !== undefined && two !== undefined);
    const around = `echo around > /dev/udp/${two.address}/9`;
    const inHosts = async (...command: string[]) => {
      for (const { netns } of [one, two]) await run("/usr/sbin/ip", ["netns", "exec", netns, ...command]);
    };
    // As root in its own namespace, which no job is, a host takes the peers' addresses out of the tunnel.
    await inHosts("ip", "rule", "del", "not", "fwmark", "500", "lookup", "500");
    const wire = await captured(true, hosts, async () => {
      assert.equal(await exchange(hosts, "around"), "nothing");
      await run("/usr/sbin/ip", ["netns", "exec", one.netns, "/bin/bash", "-c", around]).catch(() => undefined);
    });
    assert.ok(!wire.includes("around"), "the host's own rules let nothing out");
    // Without those too, the router is in the way.
    await inHosts("nft", "flush", "ruleset");
    await captured(true, hosts, async () => {
      assert.equal(await exchange(hosts, "around"), "nothing");
      const atTwo = await witness(two.netns);
      await run("/usr/sbin/ip", ["netns", "exec", one.netns, "/bin/bash", "-c", around]);
      await settle(atTwo, two.netns, "169.254.1.1");
      assert.ok(!atTwo.frames().includes("around"), "the router lets nothing in");
      await atTwo[Symbol.asyncDispose]();
    });
  });

  it("tell when a tunnel has ended, and then reach nobody", async () => {
    await using hosts = await attached({});
    assert.notEqual(await tunnelPrograms(), "");
    const [one] = hosts.hosts;
    await run("/bin/sh", ["-c", `kill $(ip netns pids ${one?.netns ?? ""})`]);
    assert.equal(await hosts.broken, "an encrypted tunnel has ended");
    assert.notEqual(await exchange(hosts, "after"), "after");
  });

  it("speak as far as their security groups let them", async () => {
    const { group } = made(networks.securityGroups.create({ vpcId, name: "alone", description: "", tags: {} }));
    const alone = { subnetIds: place.subnetIds, securityGroupIds: [group.groupId] };
    await using plain = await attached({ place: alone, isEncrypted: false });
    assert.equal(await exchange(plain, "forbidden"), "ECONNREFUSED");
    const encrypted = { ownerId: "job", count: 2, place: alone, isEncrypted: true };
    const refusal = await networks.attachments.cluster(encrypted);
    assert.equal(refusal.kind === "refused" ? refusal.reason : "", "blocked-by-groups");
    const udp = {
      protocol: "udp",
      fromPort: 500,
      toPort: 500,
      peer: { groupId: group.groupId },
      description: "",
    } as const;
    made(await networks.securityGroups.authorize({ groupId: group.groupId, direction: "ingress", rules: [udp] }));
    await using tunnelled = await attached(encrypted);
    assert.equal(await exchange(tunnelled, "allowed"), "allowed");
  });

  it("do not outlive a server that is killed", async () => {
    const own = `${instanceId}c`;
    const program = `
      import { openDb, systemClock } from ${JSON.stringify(new URL("../../platform/index.ts", import.meta.url).href)};
      import { networkMigrations, openNetworks } from ${JSON.stringify(new URL("./index.ts", import.meta.url).href)};
      const db = openDb(${JSON.stringify(join(folder, "killed"))}, new Uint8Array(32));
      db.migrate(networkMigrations);
      import { unboundPrincipals } from ${JSON.stringify(new URL("./testing/unbound-principals.ts", import.meta.url).href)};
      const place = { instanceId: "${own}", region: "us-east-1", clock: systemClock };
      const settings = { ...place, services: [], policyPrincipals: unboundPrincipals };
      const { attachments } = await openNetworks(db, settings);
      await attachments.cluster({ ownerId: "job", count: 2, isEncrypted: true });
      console.log("up");`;
    const server = spawn(process.execPath, ["--input-type=module", "-e", program], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await new Promise((resolve) => server.stdout.once("data", resolve));
    const tunnels = (await run("/usr/bin/pgrep", ["-P", String(server.pid), "-x", "wireguard-go"])).stdout;
    assert.equal(tunnels.trim().split("\n").length, 2);
    server.kill("SIGKILL");
    await new Promise((resolve) => server.once("exit", resolve));
    const isGone = (pid: string) => !existsSync(`/proc/${pid}/exe`);
    for (let tries = 0; tries < 100 && !tunnels.trim().split("\n").every(isGone); tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 50));
    assert.ok(tunnels.trim().split("\n").every(isGone));
    await removeNamespaces(`sr-${own}-`);
  });

  it("are refused encryption by name where this machine has none", async () => {
    const other = { ...settings, encryptionFault: "no tunnel here" };
    const path = join(folder, "other");
    using otherDb = openDb(path, randomBytes(32));
    otherDb.migrate(networkMigrations);
    await using without = await openNetworks(otherDb, { ...other, instanceId: `${instanceId}b` });
    const refusal = await without.attachments.cluster({ ownerId: "job", count: 2, isEncrypted: true });
    assert.equal(refusal.kind === "refused" ? refusal.message : "", "no tunnel here");
    const single = made(await without.attachments.cluster({ ownerId: "job", count: 1, isEncrypted: true }));
    await single.detach();
  });
});
