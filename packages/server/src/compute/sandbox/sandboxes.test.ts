import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { probeHost } from "../host/index.ts";
import { makeIsolatedNamespace, removeNamespace } from "../network/router.ts";
import { openVolumes } from "../volume/index.ts";
import type { Volumes } from "../volume/index.ts";
import { openSandboxes } from "./index.ts";
import type { Sandbox, SandboxExit, Sandboxes, SandboxStart } from "./index.ts";

const missing = (await probeHost()).flatMap((entry) =>
  entry.enforceable || !entry.needed ? [] : [`${entry.control}: ${entry.whyNot}`],
);
const instanceId = randomBytes(3).toString("hex");
const netns = `sr-${instanceId}-test`;

/** Whether a process that could run is still there; what has ended and waits for its parent does not count. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

function controlGroups(): string[] {
  return ["memory", "pids", "cpu", "."]
    .flatMap((name) => {
      const path = `/sys/fs/cgroup/${name}/strongroom-${instanceId}`;
      return existsSync(path) ? readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory()) : [];
    })
    .map((entry) => entry.name);
}

describe("sandboxes", { skip: missing.length === 0 ? false : missing.join("; ") }, () => {
  const folder = mkdtempSync(join(tmpdir(), "sandboxes-"));
  let sandboxes: Sandboxes;
  let volumes: Volumes;
  let volumeRoot: string;

  before(async () => {
    sandboxes = await openSandboxes({ instanceId, folder, trustedCertificatesPem: "certificates" });
    volumes = await openVolumes({ folder: join(folder, "volumes") });
    volumeRoot = (await volumes.create({ ownerId: "job", dataKey: randomBytes(32), sizeGiB: 1 })).path;
    await makeIsolatedNamespace(netns);
  });
  after(async () => {
    await sandboxes[Symbol.asyncDispose]();
    await volumes[Symbol.asyncDispose]();
    await removeNamespace(netns);
    rmSync(folder, { recursive: true });
    assert.deepEqual(controlGroups(), []);
  });

  async function start(script: string, more: Partial<SandboxStart> = {}): Promise<Sandbox & { lines: string[] }> {
    const lines: string[] = [];
    const sandbox = await sandboxes.start({
      image: { binds: [], argv: ["/bin/bash", "-c"], env: { PATH: "/usr/bin:/bin" } },
      netns,
      volumeRoot,
      args: [script],
      environment: { GIVEN: "yes" },
      limits: { memoryBytes: 128 * 1024 * 1024, cpus: 1, pids: 64 },
      onOutput: (line) => lines.push(line),
      ...more,
    });
    return { ...sandbox, lines };
  }

  async function run(
    script: string,
    more: Partial<SandboxStart> = {},
  ): Promise<{ lines: string[]; exit: SandboxExit }> {
    const { lines, exit } = await start(script, more);
    return { exit: await exit, lines };
  }

  it("run as an ordinary user without capabilities, behind a filter, in namespaces of their own", async () => {
    const { lines, exit } = await run(
      "id -u; id -g; hostname; grep -E '^(Cap|NoNewPrivs|Seccomp:)' /proc/self/status; pwd; readlink /proc/self/ns/{user,pid,ipc,uts,cgroup,net,mnt}",
    );
    assert.deepEqual(exit, { code: 0, signal: null });
    const none = "0000000000000000";
    assert.deepEqual(lines.slice(0, 3), ["1000", "1000", "strongroom"]);
    assert.deepEqual(
      lines.slice(3, 8),
      ["Inh", "Prm", "Eff", "Bnd", "Amb"].map((set) => `Cap${set}:\t${none}`),
    );
    assert.deepEqual(lines.slice(8, 11), ["NoNewPrivs:\t1", "Seccomp:\t2", "/opt/ml"]);
    const inside = lines.slice(11);
    assert.equal(inside.length, 7);
    const ours = readdirSync("/proc/self/ns").map((name) => readlinkSync(`/proc/self/ns/${name}`));
    for (const namespace of inside) assert.ok(!ours.includes(namespace), namespace);
  });

  it("know what they are called and where others are", async () => {
    const hosts = { "algo-1": "10.0.0.4", "algo-2": "10.0.0.5" };
    const { lines } = await run("hostname; cat /etc/hosts", { hostName: "algo-2", hosts });
    assert.deepEqual(lines, ["algo-2", "127.0.0.1 localhost", "10.0.0.4 algo-1", "10.0.0.5 algo-2"]);
  });

  it("see their image, their volume and nothing else of the machine", async () => {
    const { lines } = await run(
      "ls -d /*; ls /sys /root /home /var 2>&1 | grep -c 'No such'; ls /proc | grep -cE '^[0-9]+$'; ls /proc/self/fd | wc -l; touch /x /usr/x /etc/x 2>&1 | grep -c 'Read-only'; cat /etc/ssl/certs/ca-certificates.crt; echo; find /proc/sys -type f -writable ! -name ns_last_pid 2>/dev/null | wc -l; cat /proc/self/cgroup | grep -c strongroom",
    );
    const top = ["bin", "dev", "etc", "lib", "lib64", "opt", "proc", "sbin", "tmp", "usr"].map((name) => `/${name}`);
    assert.deepEqual(lines.slice(0, top.length), top);
    const [folders, processes, descriptors, readOnly, certificates, writable, traces] = lines.slice(top.length);
    assert.equal(folders, "4");
    assert.ok(Number(processes) <= 5, processes);
    assert.equal(descriptors, "4", "three, and the one that ls opens");
    assert.equal(readOnly, "3");
    assert.equal(certificates, "certificates");
    assert.equal(writable, "0", "settings of the kernel");
    assert.equal(traces, "0", "control groups of the machine");
  });

  it("get the variables that were given and no others", async () => {
    process.env["SANDBOX_TEST_CANARY"] = "leaked";
    const { lines } = await run("env -0 | tr '\\0' '\\n' | grep -vE '^(_|SHLVL)='", {
      environment: { GIVEN: "yes", LD_PRELOAD: "" },
    });
    delete process.env["SANDBOX_TEST_CANARY"];
    assert.deepEqual(lines.sort(), ["GIVEN=yes", "LD_PRELOAD=", "PATH=/usr/bin:/bin", "PWD=/opt/ml"]);
  });

  it("hand every line over, long ones in pieces, and can write to their output by name", async () => {
    const { lines } = await run(
      "echo one; echo two > /dev/stderr; head -c 150000 /dev/zero | tr '\\0' x; printf '\\nlast'",
    );
    assert.ok(lines.includes("one") && lines.includes("two") && lines.includes("last"));
    assert.deepEqual(
      lines.filter((line) => line.startsWith("x")).map((line) => line.length),
      [65_536, 65_536, 18_928],
    );
  });

  it(
    "make no calls that reach out of the sandbox",
    { skip: process.arch !== "x64" && "numbers of x86_64" },
    async () => {
      const calls: [name: string, call: string, errno: number][] = [
        ["ptrace", "101, 0, 0, 0, 0", 1],
        ["mount", "165, 0, 0, 0, 0, 0", 1],
        ["umount2", "166, 0, 0", 1],
        ["unshare a user namespace", "272, 0x10000000", 1],
        ["setns", "308, 0, 0", 1],
        ["clone with a new network", "56, 0x40000011, 0, 0, 0, 0", 1],
        ["clone3", "435, 0, 0", 38],
        ["io_uring_setup", "425, 1, 0", 38],
        ["bpf", "321, 0, 0, 0", 1],
        ["keyctl", "250, 0, 0, 0, 0, 0", 1],
        ["perf_event_open", "298, 0, 0, 0, 0, 0", 1],
        ["process_vm_readv", "310, 1, 0, 0, 0, 0, 0", 1],
        ["open_by_handle_at", "304, 0, 0, 0", 1],
        ["a packet socket", "41, 17, 3, 0", 97],
        ["a crypto socket", "41, 38, 5, 0", 97],
        ["a machine socket", "41, 40, 1, 0", 97],
        ["a raw socket", "41, 2, 3, 1", 1],
        ["a raw IPv6 socket", "41, 10, 0x80003, 58", 1],
        ["a netfilter socket", "41, 16, 3, 12", 1],
        ["TIOCSTI", "16, 0, 0x5412, 0", 1],
        ["personality", "135, 0x0040000", 22],
        ["a device node", "133, $path, 0x2000 | 0666, 0x103", 1],
        ["a call that nobody reviewed", "470, 0, 0, 0", 38],
      ];
      const script = calls
        .map(([name, call]) => `$! = 0; syscall(${call}); print "${name}=", $! + 0, "\\n";`)
        .join(" ");
      const { lines } = await run(`perl -e 'my $path = "/tmp/node"; ${script}'`);
      assert.deepEqual(
        lines,
        calls.map(([name, , errno]) => `${name}=${errno}`),
      );
    },
  );

  it("end with the reason when their memory runs out", async () => {
    const { exit } = await run("perl -e 'my $x = \"x\" x (400 * 1024 * 1024); print length $x'", {
      limits: { memoryBytes: 64 * 1024 * 1024 },
    });
    assert.equal(exit.reason, "out-of-memory");
    assert.equal(exit.code, 137);
  });

  it("have no more processes than allowed", async () => {
    const { lines } = await run(
      "perl -e 'for (1..40) { my $p = fork; last unless defined $p; if (!$p) { sleep 5; exit } $n++ } print $n'",
      {
        limits: { pids: 10 },
      },
    );
    assert.ok(Number(lines[0]) < 10, lines[0]);
  });

  it("get signals, and take everything with them when killed", async () => {
    const polite = await start("trap 'echo asked; exit 3' TERM; echo ready; while :; do sleep 0.05; done");
    while (!polite.lines.includes("ready")) await wait(5);
    polite.kill("SIGTERM");
    assert.deepEqual(await polite.exit, { code: 3, signal: null });
    assert.ok(polite.lines.includes("asked"));
    const stubborn = await start("trap '' TERM; setsid sleep 600 & echo ready; sleep 600");
    while (!stubborn.lines.includes("ready")) await wait(5);
    stubborn.kill("SIGTERM");
    await stubborn[Symbol.asyncDispose]();
    assert.ok(!isAlive(stubborn.pid));
    assert.deepEqual(controlGroups(), []);
  });

  it("say why they could not be set up", async () => {
    const image = { binds: [{ source: "/nowhere/image", target: "/image" }], argv: ["/bin/true"], env: {} };
    const { exit, lines } = await run("", { image });
    assert.deepEqual(exit, { code: null, signal: null, reason: "not-set-up" });
    assert.match(lines.join(" "), /nowhere\/image/);
    await assert.rejects(start("true", { netns: "sr-no-such-namespace" }), /could not be set up/);
    assert.deepEqual(controlGroups(), []);
  });

  it("do not outlive a server that is killed", async () => {
    const child = join(folder, "server");
    mkdirSync(child);
    const program = `
      import { openSandboxes } from ${JSON.stringify(new URL("./index.ts", import.meta.url).href)};
      import { openVolumes } from ${JSON.stringify(new URL("../volume/index.ts", import.meta.url).href)};
      const sandboxes = await openSandboxes({ instanceId: "${instanceId}", folder: ${JSON.stringify(child)}, trustedCertificatesPem: "" });
      const volumes = await openVolumes({ folder: ${JSON.stringify(join(child, "volumes"))} });
      const volume = await volumes.create({ ownerId: "job", dataKey: new Uint8Array(32), sizeGiB: 1 });
      const sandbox = await sandboxes.start({
        image: { binds: [], argv: ["/bin/bash", "-c"], env: {} }, netns: "${netns}", volumeRoot: volume.path,
        args: ["setsid sleep 600 & echo started; sleep 600"], environment: {}, limits: {},
        onOutput: () => console.log(sandbox.pid + " " + volume.mountPid),
      });`;
    const server = spawn(process.execPath, ["--input-type=module", "-e", program], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const text = await new Promise<string>((resolve) =>
      server.stdout.once("data", (chunk: Buffer) => resolve(String(chunk))),
    );
    const pids = text.trim().split(" ").map(Number);
    assert.equal(pids.length, 2);
    assert.ok(pids.every(isAlive));
    server.kill("SIGKILL");
    for (let tries = 0; pids.some(isAlive) && tries < 200; tries += 1) await wait(10);
    assert.deepEqual(pids.filter(isAlive), []);
  });
});
