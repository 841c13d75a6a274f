import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo, Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { openDb, systemClock } from "../../platform/index.ts";
import { probeHost } from "../host/index.ts";
import { networkMigrations, openNetworks } from "../network/index.ts";
import { unboundPrincipals } from "../network/testing/unbound-principals.ts";
import type { NetworkRefusal } from "../network/index.ts";
import { openVolumes } from "../volume/index.ts";
import { openSandboxes } from "./index.ts";

const missing = (await probeHost()).flatMap((entry) =>
  entry.enforceable || !entry.needed ? [] : [`${entry.control}: ${entry.whyNot}`],
);

function made<T extends { kind: string }>(result: T | NetworkRefusal): Exclude<T, NetworkRefusal> {
  assert.notEqual(result.kind, "refused", JSON.stringify(result));
  return result as Exclude<T, NetworkRefusal>;
}

const answering = () =>
  createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () => socket.end("HTTP/1.0 200 OK\r\nContent-Length: 4\r\n\r\nhere"));
  });

/** Each line of the script's output is `<name> <exit code>`: 0 only where something answered. */
const script = `
try() { name=$1; shift; timeout 4 "$@" >/dev/null 2>&1; echo "$name $?"; }
try endpoint curl -s -m 3 http://$ENDPOINT:443/
try endpoint-other-port curl -s -m 3 http://$ENDPOINT:80/
try internet curl -s -m 3 http://192.0.2.1/
try host-loopback curl -s -m 3 http://127.0.0.1:$HOST_PORT/
try gateway curl -s -m 3 http://169.254.1.1:$HOST_PORT/
try metadata curl -s -m 3 http://169.254.169.254/
try credentials curl -s -m 3 http://169.254.170.2/
try neighbour-address curl -s -m 3 --interface 10.40.0.200 http://$ENDPOINT:443/
try name curl -s -m 3 http://example.com/
try interfaces ls /sys/class/net
try address ip addr add 10.40.0.200/32 dev eth0
try route ip route add 192.0.2.0/24 dev eth0
try namespace nsenter --net=/proc/1/ns/net true
`;

it(
  "from inside a sandbox the VPC's endpoint is reached, and nothing else",
  {
    skip: missing.length === 0 ? false : missing.join("; "),
  },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "way-out-"));
    const instanceId = randomBytes(3).toString("hex");
    const db = openDb(join(folder, "db"), randomBytes(32));
    db.migrate(networkMigrations);
    const place = { instanceId, region: "us-east-1", clock: systemClock };
    const settings = { ...place, services: ["s3"], policyPrincipals: unboundPrincipals };
    const networks = await openNetworks(db, settings);
    const sandboxes = await openSandboxes({ instanceId, folder, trustedCertificatesPem: "" });
    const volumes = await openVolumes({ folder: join(folder, "volumes") });
    const servers: Server[] = [];
    try {
      const { vpc } = made(await networks.vpcs.create({ cidrBlock: "10.40.0.0/16", tags: {} }));
      const where = { vpcId: vpc.vpcId, tags: {} };
      const { subnet } = made(networks.subnets.create({ ...where, cidrBlock: "10.40.0.0/24" }));
      const { endpoint } = made(
        await networks.vpcEndpoints.create({
          ...where,
          serviceName: "com.amazonaws.us-east-1.s3",
          type: "Interface",
          subnetIds: [subnet.subnetId],
          securityGroupIds: [],
          privateDns: false,
        }),
      );
      const [address = ""] = endpoint.addresses;
      servers.push(answering().listen({ fd: networks.listenIn(vpc.vpcId, address, 443).fd }));
      servers.push(answering().listen({ fd: networks.listenIn(vpc.vpcId, "169.254.170.2", 80).fd }));
      const host = answering();
      await new Promise<void>((resolve) => host.listen(0, "127.0.0.1", resolve));
      servers.push(host);
      const attached = made(
        await networks.attachments.attach({
          ownerId: "job",
          subnetIds: [subnet.subnetId],
          securityGroupIds: [...endpoint.securityGroupIds],
        }),
      );
      const volume = await volumes.create({ ownerId: "job", dataKey: randomBytes(32), sizeGiB: 1 });
      const lines: string[] = [];
      const sandbox = await sandboxes.start({
        image: { binds: [], argv: ["/bin/bash", "-c"], env: { PATH: "/usr/bin:/usr/sbin" } },
        netns: attached.netns,
        volumeRoot: volume.path,
        args: [script],
        environment: { ENDPOINT: address, HOST_PORT: String((host.address() as AddressInfo).port) },
        limits: {},
        onOutput: (line) => lines.push(line),
      });
      await sandbox.exit;
      const reached = lines.filter((line) => line.endsWith(" 0")).map((line) => line.split(" ")[0]);
      assert.equal(lines.length, script.match(/^try /gm)?.length, lines.join("; "));
      assert.deepEqual(reached, ["endpoint", "credentials"]);
      await attached.detach();
    } finally {
      for (const server of servers) server.close();
      await sandboxes[Symbol.asyncDispose]();
      await volumes[Symbol.asyncDispose]();
      await networks[Symbol.asyncDispose]();
      db[Symbol.dispose]();
      rmSync(folder, { recursive: true });
    }
  },
);
