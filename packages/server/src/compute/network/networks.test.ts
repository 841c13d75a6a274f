import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import type { Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { openDb, systemClock } from "../../platform/index.ts";
import type { Db } from "../../platform/index.ts";
import { probeHost, whyNot } from "../host/index.ts";
import { networkMigrations, openNetworks } from "./index.ts";
import { unboundPrincipals } from "./testing/unbound-principals.ts";
import type { Attached, NetworkRefusal, Networks } from "./index.ts";

const cannot = whyNot(await probeHost(), "network-isolation");
const instanceId = randomBytes(3).toString("hex");

/** Tries a TCP connection inside a namespace; resolves to what was read, or undefined. */
async function reach(netns: string, address: string, port: number, source?: string): Promise<string | undefined> {
  const options = source === undefined ? [] : ["--interface", source];
  const curl = ["curl", "-s", "-m", "2", ...options, `http://${address}:${port}/`];
  return new Promise((resolve) =>
    execFile("ip", ["netns", "exec", netns, ...curl], (error, stdout) => resolve(error === null ? stdout : undefined)),
  );
}

const answering = (text: string) =>
  createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () => socket.end(`HTTP/1.0 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${text}`));
  });

async function listening(server: Server, where: { fd: number } | { port: number; host: string }): Promise<Server> {
  return new Promise((resolve) => server.listen(where, () => resolve(server)));
}

function made<T extends { kind: string }>(result: T | NetworkRefusal): Exclude<T, NetworkRefusal> {
  assert.notEqual(result.kind, "refused", JSON.stringify(result));
  return result as Exclude<T, NetworkRefusal>;
}

const leftovers = () => readdirSync("/run/netns").filter((name) => name.startsWith(`sr-${instanceId}-`));

describe("networks", { skip: cannot === undefined ? false : `network isolation: ${cannot}` }, () => {
  const folder = mkdtempSync(join(tmpdir(), "networks-"));
  const servers: Server[] = [];
  let db: Db;
  let networks: Networks;
  const place = { instanceId, region: "us-east-1", clock: systemClock };
  const settings = { ...place, services: ["s3", "kms"], policyPrincipals: unboundPrincipals };

  before(async () => {
    db = openDb(join(folder, "db"), randomBytes(32));
    db.migrate(networkMigrations);
    networks = await openNetworks(db, settings);
  });
  after(async () => {
    for (const server of servers) server.close();
    await networks[Symbol.asyncDispose]();
    db[Symbol.dispose]();
    rmSync(folder, { recursive: true });
    assert.deepEqual(leftovers(), []);
  });

  async function project(cidr: string): Promise<{ vpcId: string; subnetId: string; groupId: string; s3: string }> {
    const { vpc } = made(await networks.vpcs.create({ cidrBlock: cidr, tags: {} }));
    const { subnet } = made(
      networks.subnets.create({ vpcId: vpc.vpcId, cidrBlock: cidr.replace("/16", "/24"), tags: {} }),
    );
    const group = networks.securityGroups.list().find((one) => one.vpcId === vpc.vpcId);
    assert.ok(group);
    const { endpoint } = made(
      await networks.vpcEndpoints.create({
        vpcId: vpc.vpcId,
        serviceName: "com.amazonaws.us-east-1.s3",
        type: "Interface",
        subnetIds: [subnet.subnetId],
        securityGroupIds: [],
        privateDns: false,
        tags: {},
      }),
    );
    const s3 = endpoint.addresses[0] ?? "";
    const { fd } = networks.listenIn(vpc.vpcId, s3, 443);
    servers.push(await listening(answering(vpc.vpcId), { fd }));
    return { vpcId: vpc.vpcId, subnetId: subnet.subnetId, groupId: group.groupId, s3 };
  }

  const attach = async (to: { subnetId: string; groupId: string }): Promise<Attached> =>
    made(
      await networks.attachments.attach({ ownerId: "job", subnetIds: [to.subnetId], securityGroupIds: [to.groupId] }),
    );

  it("leads to the own endpoint and nowhere else", async () => {
    const one = await project("10.20.0.0/16");
    const other = await project("10.30.0.0/16");
    const host = await listening(answering("host"), { port: 0, host: "127.0.0.1" });
    servers.push(host);
    const address = host.address();
    assert.ok(typeof address === "object" && address !== null);
    const attached = await attach(one);
    assert.equal(attached.address, "10.20.0.5");
    assert.deepEqual(
      attached.endpoints.map((endpoint) => [endpoint.service, endpoint.address]),
      [["s3", one.s3]],
    );
    assert.equal(await reach(attached.netns, one.s3, 443), one.vpcId);
    assert.equal(await reach(attached.netns, other.s3, 443), undefined);
    assert.equal(await reach(attached.netns, "192.0.2.1", 443), undefined);
    assert.equal(await reach(attached.netns, "127.0.0.1", address.port), undefined);
    assert.equal(await reach(attached.netns, "169.254.1.1", address.port), undefined);
    assert.equal(await reach(attached.netns, one.s3, 80), undefined);
    await attached.detach();
  });

  it("does not believe an address on the wrong link", async () => {
    const to = await project("10.21.0.0/16");
    const mine = await attach(to);
    const neighbour = await attach(to);
    // The router is known by now, so that what follows gets as far as its rules.
    assert.equal(await reach(mine.netns, to.s3, 443, mine.address), to.vpcId);
    // As root in its own namespace, which no job is, an attachment takes its neighbour's address.
    await new Promise((resolve) =>
      execFile("ip", ["-n", mine.netns, "addr", "add", `${neighbour.address}/32`, "dev", "eth0"], resolve),
    );
    assert.equal(await reach(mine.netns, to.s3, 443, neighbour.address), undefined);
    assert.equal(await reach(mine.netns, to.s3, 443, mine.address), to.vpcId);
    await Promise.all([mine.detach(), neighbour.detach()]);
  });

  it("follows the security groups as they change", async () => {
    const to = await project("10.22.0.0/16");
    const { group } = made(
      networks.securityGroups.create({ vpcId: to.vpcId, name: "jobs", description: "jobs", tags: {} }),
    );
    const attached = await attach({ ...to, groupId: group.groupId });
    // The endpoint is in the default group, which lets in its own members only.
    assert.equal(await reach(attached.netns, to.s3, 443), undefined);
    assert.equal(networks.attachments.originOf(to.vpcId, "s3", attached.address).kind, "refused");
    const tls = { protocol: "tcp", fromPort: 443, toPort: 443, description: "" } as const;
    const rules = [{ ...tls, peer: { groupId: group.groupId } }];
    made(await networks.securityGroups.authorize({ groupId: to.groupId, direction: "ingress", rules }));
    assert.equal(await reach(attached.netns, to.s3, 443), to.vpcId);
    assert.equal(networks.attachments.originOf(to.vpcId, "s3", attached.address).kind, "vpc");
    const everything = {
      ruleIds: group.rules.map((rule) => rule.ruleId),
    };
    made(await networks.securityGroups.revoke({ groupId: group.groupId, direction: "egress", rules: everything }));
    assert.equal(await reach(attached.netns, to.s3, 443), undefined);
    await attached.detach();
  });

  it("lets the server reach a port of what is attached, and attachments each other as groups allow", async () => {
    const to = await project("10.23.0.0/16");
    const [one, two] = [await attach(to), await attach(to)];
    const { group } = made(
      networks.securityGroups.create({ vpcId: to.vpcId, name: "lonely", description: "lonely", tags: {} }),
    );
    const lonely = await attach({ ...to, groupId: group.groupId });
    const { listenInNamespace } = await import("./namespace.ts");
    servers.push(await listening(answering("model"), { fd: listenInNamespace(one.netns, "0.0.0.0", 8080) }));
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = one.connect(8080);
      socket.once("error", reject);
      socket.once("data", (chunk) => resolve(chunk.toString()));
      socket.write("GET / HTTP/1.0\r\n\r\n");
    });
    assert.match(answer, /model/);
    await assert.rejects(
      new Promise((resolve, reject) => two.connect(8080).once("error", reject).once("data", resolve)),
    );
    assert.equal(await reach(two.netns, one.address, 8080), "model");
    assert.equal(await reach(lonely.netns, one.address, 8080), undefined);
    await Promise.all([one.detach(), two.detach(), lonely.detach()]);
  });

  it("isolates what has no network", async () => {
    const isolated = await networks.attachments.isolated("job");
    for (const address of ["192.0.2.1", "169.254.1.1", "169.254.170.2"])
      assert.equal(await reach(isolated.netns, address, 80), undefined);
    await isolated.detach();
    assert.ok(!readdirSync("/run/netns").includes(isolated.netns));
  });

  it("is there again after a restart, with what a killed server left removed", async () => {
    const to = await project("10.24.0.0/16");
    const left = await attach(to);
    for (const server of servers.splice(0)) server.close();
    networks = await openNetworks(db, settings);
    assert.ok(!readdirSync("/run/netns").includes(left.netns));
    const opened: string[] = [];
    await networks.watch({
      vpcOpened: () => undefined,
      vpcClosed: () => undefined,
      endpointOpened: ({ vpcId, address }) => void opened.push(`${vpcId} ${address}`),
      endpointClosed: () => undefined,
    });
    assert.ok(opened.includes(`${to.vpcId} ${to.s3}`));
    const attached = await attach(to);
    const { fd } = networks.listenIn(to.vpcId, to.s3, 443);
    servers.push(await listening(answering("again"), { fd }));
    assert.equal(await reach(attached.netns, to.s3, 443), "again");
    await attached.detach();
  });
});
