import { borrowed, sandboxUserId } from "./etc-folder.ts";
import type { SandboxBind, SandboxStart } from "./sandbox.ts";

/** Descriptors as the child process numbers them. */
export const descriptors = {
  /** Bubblewrap waits for a byte on it, and leaves it open: so it is the command's empty input as well. */
  release: 0,
  output: 1,
  error: 2,
  options: 3,
  filter: 4,
  info: 5,
  status: 6,
  hosts: 7,
} as const;

/**
 * The options of bubblewrap (version 0.8) for one sandbox. They travel through a descriptor: a command
 * line is readable by everybody on the machine, and variables may be confidential.
 */
export function bubblewrapOptions(start: SandboxStart, places: { etc: string; volume: string }): string[] {
  const readOnly = ({ source, target }: SandboxBind) => ["--ro-bind", source, target];
  const binds = [...start.image.binds, ...(start.binds ?? [])];
  return [
    ...namespaces,
    ...["--hostname", start.hostName ?? "strongroom"],
    ...capabilities,
    ...["--seccomp", String(descriptors.filter)],
    "--clearenv",
    ...Object.entries({ ...start.image.env, ...start.environment }).flatMap(([name, value]) => [
      "--setenv",
      name,
      value,
    ]),
    ...["--ro-bind", "/usr", "/usr"],
    ...["bin", "sbin", "lib", "lib64"].flatMap((name) => ["--symlink", `usr/${name}`, `/${name}`]),
    // ① No /sys: it would show the interfaces and devices of this machine.
    ...["--proc", "/proc", "--dev", "/dev"],
    ...["--perms", "1777", "--tmpfs", "/dev/shm", "--perms", "1777", "--tmpfs", "/tmp"],
    ...readOnly({ source: places.etc, target: "/etc" }),
    ...borrowed.flatMap((path) => readOnly({ source: path, target: path })),
    ...["--perms", "0444", "--ro-bind-data", String(descriptors.hosts), "/etc/hosts"],
    ...parentsOf([...binds.map(({ target }) => target), "/opt/ml"]).flatMap((path) => [
      "--perms",
      "0755",
      "--dir",
      path,
    ]),
    ...binds.flatMap(readOnly),
    ...["--bind", places.volume, "/opt/ml"],
    ...["--remount-ro", "/"],
    ...["--chdir", start.workingFolder ?? "/opt/ml"],
  ];
}

/** The folders above these paths, outermost first; made by themselves, they would be closed to the command. */
function parentsOf(paths: readonly string[]): string[] {
  const parents = new Set<string>();
  for (const path of paths)
    for (let end = path.indexOf("/", 1); end > 0; end = path.indexOf("/", end + 1)) parents.add(path.slice(0, end));
  return [...parents].sort();
}

const namespaces = [
  "--unshare-user",
  "--unshare-pid",
  "--unshare-ipc",
  "--unshare-uts",
  "--unshare-cgroup",
  ...["--userns-block-fd", String(descriptors.release)],
  ...["--info-fd", String(descriptors.info)],
  ...["--json-status-fd", String(descriptors.status)],
  "--die-with-parent",
  "--new-session",
];

/** What `becomeUser` needs, inside the sandbox's own user namespace only; it gives all of it up. */
const capabilities = [
  "--cap-drop",
  "ALL",
  "--cap-add",
  "CAP_SETUID",
  "--cap-add",
  "CAP_SETGID",
  "--cap-add",
  "CAP_SETPCAP",
];

/** ① The first program inside turns into the ordinary user without any capability and then becomes the command. */
export const becomeUser = [
  "/usr/bin/setpriv",
  ...["--reuid", String(sandboxUserId), "--regid", String(sandboxUserId), "--clear-groups"],
  ...["--inh-caps=-all", "--ambient-caps=-all", "--bounding-set=-all", "--no-new-privs", "--"],
];

/**
 * The user namespace's map, for uids and gids alike. Root of the machine appears as root inside, because
 * bubblewrap sets the sandbox up as it; the command runs as `sandboxUserId`, which on this machine is
 * `outsideId`: a number that owns nothing but this sandbox's volume.
 */
export function identityMap(outsideId: number): string {
  return `0 0 1\n${sandboxUserId} ${outsideId} 1\n`;
}
