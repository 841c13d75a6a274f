import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import type { Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { openDb, systemClock } from "../../platform/index.ts";
import { probeHost, whyNot } from "../host/index.ts";
import { networkMigrations, openNetworks } from "./index.ts";
import { unboundPrincipals } from "./testing/unbound-principals.ts";
import type { Attached, NetworkRefusal, NewRule } from "./index.ts";
import { connectInNamespace, listenInNamespace } from "./namespace.ts";

/*
 * The rules by model against packets: random groups and rules, every connection tried for real, and
 * each compared with what EC2's words say about it, written down here once more and independently.
 */
const cannot = whyNot(await probeHost(), "network-isolation");
const seed = Number(process.env["SEED"] ?? randomBytes(4).readUInt32LE());
const rounds = 6;
const ports = [443, 8080];

interface Machine {
  readonly attached: Attached;
  readonly groupIds: readonly string[];
}
interface Rule extends NewRule {
  readonly groupId: string;
  readonly direction: "ingress" | "egress";
}

function allows(rules: readonly Rule[], own: Party, direction: Rule["direction"], peer: Party, port: number): boolean {
  return rules.some((rule) => {
    if (rule.direction !== direction || !own.groupIds.includes(rule.groupId)) return false;
    if (rule.protocol !== "-1" && rule.protocol !== "tcp") return false;
    if (rule.protocol === "tcp" && (port < (rule.fromPort ?? 0) || port > (rule.toPort ?? 65_535))) return false;
    if ("groupId" in rule.peer) return peer.groupIds.includes(rule.peer.groupId);
    const [base = "", bits = "0"] = rule.peer.cidr.split("/");
    return binary(base).slice(0, Number(bits)) === binary(peer.address).slice(0, Number(bits));
  });
}
interface Party {
  readonly address: string;
  readonly groupIds: readonly string[];
}
const binary = (address: string) =>
  address
    .split(".")
    .map((part) => Number(part).toString(2).padStart(8, "0"))
    .join("");

async function connects(netns: string, address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectInNamespace(netns, address, port);
    const answer = (held: boolean) => {
      socket.destroy();
      resolve(held);
    };
    socket.setTimeout(1500, () => answer(false));
    socket.once("error", () => answer(false));
    socket.once("data", () => answer(true));
    socket.once("end", () => answer(false));
  });
}

function made<T extends { kind: string }>(result: T | NetworkRefusal): Exclude<T, NetworkRefusal> {
  assert.notEqual(result.kind, "refused", JSON.stringify(result));
  return result as Exclude<T, NetworkRefusal>;
}

/** mulberry32: the same seed gives the same rules. */
function random(): <T>(list: readonly [T, ...T[]]) => T {
  let state = seed;
  return (list) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return list[((mixed ^ (mixed >>> 14)) >>> 0) % list.length] ?? list[0];
  };
}

const title = `packets go where the groups' rules say and nowhere else (SEED=${seed})`;
it(title, { skip: cannot === undefined ? false : `network isolation: ${cannot}` }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "rules-"));
  const db = openDb(join(folder, "db"), randomBytes(32));
  db.migrate(networkMigrations);
  const settings = { instanceId: randomBytes(3).toString("hex"), region: "us-east-1", clock: systemClock };
  const networks = await openNetworks(db, { ...settings, services: ["s3"], policyPrincipals: unboundPrincipals });
  const servers: Server[] = [];
  const serve = (fd: number) =>
    servers.push(createServer((socket) => socket.on("error", () => 0).end("yes")).listen({ fd }));
  const pick = random();
  try {
    const { vpc } = made(await networks.vpcs.create({ cidrBlock: "10.0.0.0/16", tags: {} }));
    const where = { vpcId: vpc.vpcId, tags: {} };
    const { subnet } = made(networks.subnets.create({ ...where, cidrBlock: "10.0.0.0/24" }));
    const groups: [string, ...string[]] = ["", "", ""];
    for (const index of groups.keys()) {
      const { group } = made(networks.securityGroups.create({ ...where, name: `g${index}`, description: "g" }));
      groups[index] = group.groupId;
      const ruleIds = group.rules.map((rule) => rule.ruleId);
      made(await networks.securityGroups.revoke({ groupId: group.groupId, direction: "egress", rules: { ruleIds } }));
    }
    const endpointGroup = pick(groups);
    const { endpoint } = made(
      await networks.vpcEndpoints.create({
        ...where,
        serviceName: "com.amazonaws.us-east-1.s3",
        type: "Interface",
        subnetIds: [subnet.subnetId],
        securityGroupIds: [endpointGroup],
        privateDns: false,
      }),
    );
    const s3 = { address: endpoint.addresses[0] ?? "", groupIds: [endpointGroup] };
    serve(networks.listenIn(vpc.vpcId, s3.address, 443).fd);
    const machines: Machine[] = [];
    for (const groupId of groups) {
      const groupIds = [...new Set([groupId, pick(groups)])];
      const request = { ownerId: "job", subnetIds: [subnet.subnetId], securityGroupIds: groupIds };
      const attached = made(await networks.attachments.attach(request));
      for (const port of ports) serve(listenInNamespace(attached.netns, attached.address, port));
      machines.push({ attached, groupIds });
    }
    const rules: Rule[] = [];
    for (let round = 0; round < rounds; round += 1) {
      for (const direction of ["egress", "ingress"] as const) {
        const groupId = pick(groups);
        const protocol = pick(["tcp", "tcp", "-1", "udp"] as const);
        const [fromPort, toPort] =
          protocol === "-1"
            ? [null, null]
            : pick<[number, number]>([
                [443, 443],
                [8080, 8080],
                [0, 65_535],
              ]);
        const cidr = pick([...machines.map((machine) => `${machine.attached.address}/32`), "10.0.0.0/29"] as [string]);
        const peer = pick<NewRule["peer"]>([{ groupId: pick(groups) }, { cidr }, { cidr: "0.0.0.0/0" }]);
        const rule = { protocol, fromPort, toPort, peer, description: "" };
        const outcome = await networks.securityGroups.authorize({ groupId, direction, rules: [rule] });
        if (outcome.kind === "authorized") rules.push({ ...rule, groupId, direction });
      }
      for (const from of machines) {
        const own = { address: from.attached.address, groupIds: from.groupIds };
        const targets = machines
          .filter((other) => other !== from)
          .flatMap((other) =>
            ports.map((port) => ({ peer: { address: other.attached.address, groupIds: other.groupIds }, port })),
          );
        for (const { peer, port } of [...targets, { peer: s3, port: 443 }]) {
          const expected = allows(rules, own, "egress", peer, port) && allows(rules, peer, "ingress", own, port);
          const held = await connects(from.attached.netns, peer.address, port);
          assert.equal(held, expected, `${own.address} to ${peer.address}:${port} under ${JSON.stringify(rules)}`);
        }
      }
    }
    await Promise.all(machines.map(({ attached }) => attached.detach()));
  } finally {
    for (const server of servers) server.close();
    await networks[Symbol.asyncDispose]();
    db[Symbol.dispose]();
    rmSync(folder, { recursive: true });
  }
});
