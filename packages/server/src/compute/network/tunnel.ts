import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { connectInNamespace, inNamespace, runTool } from "./namespace.ts";
import type { Attached } from "./network.ts";
import { tunnelPort } from "./rules.ts";

type End = Pick<Attached, "netns" | "address">;

export interface Tunnels extends AsyncDisposable {
  /** Resolves if one of the tunnels' programs ends before it is asked to. */
  readonly broken: Promise<string>;
}

/** The device that leads into the tunnel, inside the host's namespace. */
const device = "sr-tunnel";
/** The mark of packets that are the tunnel's own: they alone leave by the link. Only root can set it. */
const mark = 500;
const table = 500;

/**
 * WireGuard between every two of these namespaces. ④ Whatever one of them sends to another's address, whoever
 * sends it and by whatever protocol, is led into the tunnel and leaves its namespace encrypted. The keys are
 * made here for this once and are nowhere but in this process, while it passes them on, and in the tunnels' own.
 */
export async function openTunnels(ends: readonly End[]): Promise<Tunnels> {
  await using made = new AsyncDisposableStack();
  const keyed = ends.map((end) => ({ ...end, ...newKeys() }));
  const shared = randomBytes(32).toString("hex");
  const broken: Promise<string>[] = [];
  await Promise.all(
    keyed.map(async (own) => {
      const daemon = made.use(startDaemon(own.netns));
      broken.push(daemon.broken);
      const peers = keyed.filter((other) => other !== own);
      await daemon.configure(configurationOf(own, peers, shared));
      await lead(own, peers);
    }),
  );
  for (const from of ends) for (const to of ends) if (to !== from) await prove(from, to);
  const owned = made.move();
  return { broken: Promise.race(broken), [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** In hexadecimal, as the tunnel's program reads them. */
interface Keys {
  readonly privateKey: string;
  readonly publicKey: string;
}

function newKeys(): Keys {
  const { privateKey } = generateKeyPairSync("x25519");
  const { d = "", x = "" } = privateKey.export({ format: "jwk" });
  const hexadecimal = (text: string) => Buffer.from(text, "base64url").toString("hex");
  return { privateKey: hexadecimal(d), publicKey: hexadecimal(x) };
}

/** https://www.wireguard.com/xplatform/ */
function configurationOf(own: End & Keys, peers: readonly (End & Keys)[], shared: string): string {
  const lines = [
    "set=1",
    `private_key=${own.privateKey}`,
    `listen_port=${tunnelPort}`,
    `fwmark=${mark}`,
    ...peers.flatMap(({ publicKey, address }) => [
      `public_key=${publicKey}`,
      `preshared_key=${shared}`,
      `endpoint=${address}:${tunnelPort}`,
      `allowed_ip=${address}/32`,
    ]),
  ];
  return `${lines.join("\n")}\n\n`;
}

/** Everything to a peer's address goes into the tunnel and, should that be gone, nowhere. */
async function lead({ netns, address }: End, peers: readonly End[]): Promise<void> {
  inNamespace(netns, () => {
    // The tunnel's packets come in by the link from addresses that are routed into the tunnel.
    for (const name of ["all", "eth0"]) writeFileSync(`/proc/sys/net/ipv4/conf/${name}/rp_filter`, "2");
    // ④ Nothing in the sandbox can send from the tunnel's port.
    writeFileSync("/proc/sys/net/ipv4/ip_unprivileged_port_start", "1024");
  });
  const lines = [
    `link set ${device} up`,
    ...peers.flatMap((peer) => [
      `route add ${peer.address}/32 dev ${device} src ${address} table ${table}`,
      `route add unreachable ${peer.address}/32 table ${table} metric 4096`,
    ]),
    `rule add not fwmark ${mark} lookup ${table}`,
  ];
  await runTool("nft", ["-f", "-"], guard(peers), netns);
  await runTool("ip", ["-batch", "-"], lines.map((line) => `${line}\n`).join(""), netns);
}

/** ④ A program that binds itself to the link would leave the tunnel aside: its packets do not get onto the link. */
function guard(peers: readonly End[]): string {
  const addresses = `{ ${peers.map(({ address }) => address).join(", ")} }`;
  return `table inet strongroom {
  chain output {
    type filter hook output priority filter; policy accept;
    oifname "eth0" ip daddr ${addresses} meta mark != ${mark} drop
  }
}
`;
}

const proofWithinMs = 5_000;
/** Nobody listens on it before the job begins: the refusal comes from the other host, through the tunnel. */
const discardPort = 9;

/** One packet there and one back. */
async function prove(from: End, to: End): Promise<void> {
  const socket = connectInNamespace(from.netns, to.address, discardPort);
  const answered = new Promise<string | undefined>((resolve) => {
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code));
    socket.once("connect", () => resolve("connected"));
  });
  const said = await Promise.race([answered, wait(proofWithinMs, "nothing", { ref: false })]);
  socket.destroy();
  if (said !== "ECONNREFUSED")
    throw new Error(`the tunnel from ${from.address} to ${to.address} does not carry packets: ${said ?? ""}`);
}

interface Daemon extends AsyncDisposable {
  readonly broken: Promise<string>;
  /** Waits until the program listens, and tells it. */
  configure(text: string): Promise<void>;
}

/** In a mount namespace of its own, since its control socket has a fixed place; what is unmounted outside goes there too. */
const daemonCommand = [
  ...["--pdeathsig", "KILL", "--"],
  ...["/usr/bin/unshare", "--mount", "--propagation", "slave", "--"],
  ...["/bin/sh", "-ec", 'mkdir -p /run/wireguard; mount -t tmpfs -o mode=700 tunnel /run/wireguard; exec "$@"', "sh"],
  ...["/usr/bin/setpriv", "--bounding-set=-all,+net_admin,+net_bind_service", "--no-new-privs", "--"],
  ...["/usr/bin/prlimit", "--core=0", "--"],
  ...["/usr/bin/wireguard-go", "--foreground", device],
];
const readyWithinMs = 10_000;
const saidCharactersMax = 4096;

/** wireguard-go in the host's namespace, as root without any capability but those for the device and the port. */
function startDaemon(netns: string): Daemon {
  const options = { env: { PATH: "/usr/bin:/bin", LOG_LEVEL: "error" }, cwd: "/" };
  const child = inNamespace(netns, () =>
    spawn("/usr/bin/setpriv", daemonCommand, { ...options, stdio: ["ignore", "pipe", "pipe"] }),
  );
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-saidCharactersMax)));
  child.stderr.on("data", (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-saidCharactersMax)));
  const ended = endOf(child);
  let isWanted = true;
  // The path leads through the process, into its mount namespace.
  const control = () => `/proc/${child.pid ?? 0}/root/run/wireguard/${device}.sock`;
  return {
    broken: new Promise((resolve) => void ended.then(() => isWanted && resolve("an encrypted tunnel has ended"))),
    async configure(text) {
      const deadline = Date.now() + readyWithinMs;
      for (;;) {
        const answer = await ask(control(), text);
        if (answer === "errno=0") return;
        const isOver = child.exitCode !== null || child.signalCode !== null || Date.now() > deadline;
        if (answer !== undefined || isOver) throw new Error(`no tunnel came up: ${answer ?? said.trim()}`);
        await wait(5);
      }
    },
    async [Symbol.asyncDispose]() {
      isWanted = false;
      child.kill("SIGKILL");
      await ended;
    },
  };
}

async function endOf(child: ChildProcess): Promise<void> {
  await new Promise<void>((resolve) => {
    child.once("error", () => resolve());
    child.once("exit", () => resolve());
  });
}

/** The answer; undefined where nobody listens yet. */
async function ask(path: string, text: string): Promise<string | undefined> {
  const socket = connect(path);
  return await new Promise((resolve) => {
    let heard = "";
    socket.once("error", () => resolve(undefined));
    socket.once("close", () => resolve(heard.trim()));
    socket.on("data", (chunk: Buffer) => {
      heard += chunk.toString();
      if (heard.endsWith("\n\n")) socket.end();
    });
    socket.write(text);
  });
}
