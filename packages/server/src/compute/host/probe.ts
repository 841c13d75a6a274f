import { spawn } from "node:child_process";
import { constants, accessSync, existsSync } from "node:fs";
import { findControllers } from "../sandbox/cgroup.ts";
import type { Controller } from "../sandbox/cgroup.ts";
import { seccompFilter } from "../sandbox/seccomp.ts";

export type Control =
  | "privilege"
  | "sandbox"
  | "system-call-filter"
  | "network-isolation"
  | "traffic-encryption"
  | "volume-encryption"
  | "volume-size"
  | "memory-limit"
  | "cpu-limit"
  | "process-limit";

export type HostControl = {
  readonly control: Control;
  /** False: where it is missing, only what asks for it is refused. */
  readonly needed: boolean;
} & ({ readonly enforceable: true; readonly how: string } | { readonly enforceable: false; readonly whyNot: string });

export type HostReport = readonly HostControl[];

/** Programs by the Debian package that brings them. */
const programs = {
  bubblewrap: ["/usr/bin/bwrap"],
  "util-linux": [
    ...["/usr/bin/nsenter", "/usr/bin/setpriv", "/usr/bin/unshare", "/usr/bin/prlimit", "/usr/sbin/losetup"],
  ],
  mount: ["/usr/bin/mount"],
  e2fsprogs: ["/usr/sbin/mkfs.ext4"],
  iproute2: ["/usr/sbin/ip"],
  nftables: ["/usr/sbin/nft"],
  gocryptfs: ["/usr/bin/gocryptfs"],
  fuse3: ["/usr/bin/fusermount"],
  "wireguard-go": ["/usr/bin/wireguard-go"],
} as const;
type Package = keyof typeof programs;

/** Tries every wall once; takes some 100 ms. */
export async function probeHost(): Promise<HostReport> {
  const trials = await Promise.all([
    tried("sandbox", ["bubblewrap", "util-linux"], "bubblewrap in own user, pid, ipc, uts and cgroup namespaces", [
      "/usr/bin/bwrap",
      ...["--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup", "--cap-drop", "ALL"],
      ...["--ro-bind", "/usr", "/usr", "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64"],
      ...["--proc", "/proc", "--dev", "/dev", "/usr/bin/true"],
    ]),
    tried(
      "network-isolation",
      ["iproute2", "nftables", "util-linux"],
      "a network namespace per VPC and per job, nftables between them",
      [...["/usr/bin/unshare", "--net", "/bin/sh", "-ec", networkTrial]],
    ),
    tried(
      "traffic-encryption",
      ["wireguard-go", "iproute2", "util-linux"],
      "WireGuard (wireguard-go) between the hosts of one job",
      [...["/usr/bin/unshare", "--net", "--mount", "/bin/sh", "-ec", tunnelTrial]],
    ),
    tried(
      "volume-size",
      ["e2fsprogs", "mount", "util-linux"],
      "a file system of the volume's size on a loop device, in the volume's mount namespace",
      [...["/usr/bin/unshare", "--mount", "/bin/sh", "-ec", sizeTrial]],
    ),
  ]);
  return [
    privilege(),
    ...trials,
    systemCallFilter(),
    volumeEncryption(),
    limit("memory-limit", "memory"),
    limit("cpu-limit", "cpu"),
    limit("process-limit", "pids"),
  ];
}

/** Why a control does not hold here; undefined where it does. */
export function whyNot(report: HostReport, control: Control): string | undefined {
  const found = report.find((entry) => entry.control === control);
  if (found === undefined) return `${control} was not looked at`;
  return found.enforceable ? undefined : found.whyNot;
}

const networkTrial = `
/usr/sbin/ip link add trial type veth peer name other
echo 'table inet trial {
  set pairs { type ifname . ipv4_addr; }
  chain input { type filter hook input priority filter; policy drop; ct state established accept; iifname . ip saddr @pairs accept; }
}' | /usr/sbin/nft -f -
`;

/** A device of the program's own, and packets that are led to it unless they carry its mark. */
const tunnelTrial = `
mkdir -p /run/wireguard
mount -t tmpfs trial /run/wireguard
LOG_LEVEL=error /usr/bin/wireguard-go --foreground sr-trial >/run/wireguard/said 2>&1 &
trap "kill $!; wait || true" EXIT
for attempt in $(seq 100); do
  if [ -S /run/wireguard/sr-trial.sock ]; then break; fi
  if ! kill -0 $!; then cat /run/wireguard/said >&2; exit 1; fi
  sleep 0.02
done
/usr/sbin/ip link set sr-trial up
/usr/sbin/ip route add 192.0.2.2/32 dev sr-trial table 500
/usr/sbin/ip rule add not fwmark 500 lookup 500
/usr/sbin/ip route get 192.0.2.2 | grep -q sr-trial
`;

/** As volumes are made: a file that holds a file system is mounted. */
const sizeTrial = `
mount -t tmpfs trial /mnt
truncate --size=8M /mnt/disk
mkfs.ext4 -q -F -O ^has_journal /mnt/disk
mkdir /mnt/mounted
mount -t ext4 -o loop,nodev,nosuid /mnt/disk /mnt/mounted
`;

const isNeeded = (control: Control): boolean => control !== "traffic-encryption";

function held(control: Control, how: string): HostControl {
  return { control, needed: isNeeded(control), enforceable: true, how };
}

function notHeld(control: Control, reason: string): HostControl {
  return { control, needed: isNeeded(control), enforceable: false, whyNot: reason };
}

function missing(packages: readonly Package[]): string | undefined {
  for (const name of packages)
    for (const path of programs[name])
      if (!existsSync(path)) return `${path} is not there: install the Debian package ${name}`;
  return undefined;
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function privilege(): HostControl {
  return isRoot()
    ? held("privilege", "the server runs as root, and every sandbox as a user of its own without capabilities")
    : notHeld("privilege", "the server does not run as root, which namespaces and control groups need here");
}

async function tried(
  control: Control,
  packages: readonly Package[],
  how: string,
  [command = "", ...args]: readonly string[],
): Promise<HostControl> {
  const absent = missing(packages);
  if (absent !== undefined) return notHeld(control, absent);
  if (!isRoot()) return notHeld(control, "it needs root here");
  const { code, said } = await attempt(command, args);
  return code === 0 ? held(control, how) : notHeld(control, `it was tried and failed: ${said}`);
}

function systemCallFilter(): HostControl {
  const filter = seccompFilter(process.arch);
  if (filter.kind === "unsupported") return notHeld("system-call-filter", filter.message);
  if (!existsSync("/proc/sys/kernel/seccomp/actions_avail"))
    return notHeld("system-call-filter", "this kernel was built without seccomp filters");
  return held("system-call-filter", `an own filter for ${process.arch}, ${filter.program.byteLength / 8} instructions`);
}

function volumeEncryption(): HostControl {
  const absent = missing(["gocryptfs", "fuse3", "util-linux"]);
  if (absent !== undefined) return notHeld("volume-encryption", absent);
  if (!isRoot()) return notHeld("volume-encryption", "it needs root here");
  try {
    accessSync("/dev/fuse", constants.R_OK | constants.W_OK);
  } catch {
    return notHeld(
      "volume-encryption",
      "/dev/fuse cannot be used: the kernel's fuse module is not loaded or not allowed",
    );
  }
  return held("volume-encryption", "gocryptfs in a mount namespace per volume");
}

function limit(control: Control, controller: Controller): HostControl {
  const root = findControllers().get(controller);
  if (root === undefined) return notHeld(control, `this machine offers no ${controller} control group`);
  try {
    accessSync(root.path, constants.W_OK);
  } catch {
    return notHeld(control, `${root.path} cannot be written by this user`);
  }
  return held(control, `control groups version ${root.version} at ${root.path}`);
}

async function attempt(command: string, args: readonly string[]): Promise<{ code: number | null; said: string }> {
  const child = spawn(command, args, {
    env: { PATH: "/usr/sbin:/usr/bin" },
    stdio: ["ignore", "ignore", "pipe"],
    cwd: "/",
  });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ code: null, said: error.message }));
    child.once("close", (code) => resolve({ code, said: said.trim() }));
  });
}
