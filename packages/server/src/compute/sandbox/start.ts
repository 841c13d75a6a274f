import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { closeSync, fchownSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { constants } from "node:os";
import { Socket } from "node:net";
import { becomeUser, bubblewrapOptions, descriptors, identityMap } from "./bubblewrap.ts";
import type { ControlGroup } from "./cgroup.ts";
import { closeOthersOnExec, descriptorOf, makePipe } from "./descriptors.ts";
import { hostsFile } from "./etc-folder.ts";
import { LineCutter } from "./lines.ts";
import type { Sandbox, SandboxExit, SandboxStart } from "./sandbox.ts";

interface Walls {
  readonly group: ControlGroup;
  readonly filter: Uint8Array;
  readonly etcFolder: string;
  /** What the user inside is called on this machine. */
  readonly outsideId: number;
  /** The volume's folder, in the mount namespace of `mountPid` or, without one, in the server's own. */
  readonly volume: { readonly path: string; readonly mountPid?: number };
  /** Readies the volume while the sandbox is being set up; it has resolved before the volume is bound. */
  prepareVolume(): Promise<void>;
}

/** Puts up all walls and starts the command behind them. Throws if one does not stand. */
export async function startSandbox(start: SandboxStart, walls: Walls): Promise<Sandbox> {
  const output = makePipe();
  const error = makePipe();
  const info = makePipe();
  const release = makePipe();
  const status = makePipe();
  const options = bubblewrapOptions(start, { etc: walls.etcFolder, volume: walls.volume.path });
  const given = [
    release.readEnd,
    output.writeEnd,
    error.writeEnd,
    descriptorOf(options.map((option) => `${option}\0`).join("")),
    descriptorOf(walls.filter),
    info.writeEnd,
    status.writeEnd,
    descriptorOf(hostsFile(start.hosts ?? {})),
  ];
  // The user inside may reopen its own output by name (/dev/stderr).
  for (const end of [output.writeEnd, error.writeEnd]) fchownSync(end, walls.outsideId, walls.outsideId);
  closeOthersOnExec();
  const child = spawn("/bin/sh", commandLine(start, walls), { env: {}, cwd: "/", stdio: given });
  for (const descriptor of given) closeSync(descriptor);
  const ended = endOf(child);
  const lines = [readLines(output.readEnd, start), readLines(error.readEnd, start)];
  const statusText = readAll(status.readEnd);
  const exit = Promise.all([ended, statusText, ...lines]).then(async ([code, text]) => {
    const outOfMemory = walls.group.ranOutOfMemory();
    await walls.group[Symbol.asyncDispose]();
    return exitOf(code, text, outOfMemory);
  });
  try {
    if (child.pid === undefined) throw new Error("/bin/sh could not be started");
    const [said] = await Promise.all([readAll(info.readEnd), walls.prepareVolume()]);
    const pid = firstProcess(said);
    writeFileSync(`/proc/${pid}/uid_map`, identityMap(walls.outsideId));
    writeFileSync(`/proc/${pid}/gid_map`, identityMap(walls.outsideId));
    writeSync(release.writeEnd, "1");
    return running(pid, child, exit);
  } catch (reason) {
    child.kill("SIGKILL");
    await exit;
    throw reason;
  } finally {
    closeSync(release.writeEnd);
  }
}

/** Into the control groups, the namespaces and the sandbox, each step in place of the one before: one process. */
function commandLine(start: SandboxStart, { group, volume }: Walls): string[] {
  return [
    "-c",
    'for entrance in $0; do echo 0 >"$entrance" || exit 1; done; exec "$@"',
    group.entrances.join(" "),
    "/usr/bin/nsenter",
    `--net=/run/netns/${start.netns}`,
    ...(volume.mountPid === undefined ? [] : [`--mount=/proc/${volume.mountPid}/ns/mnt`]),
    "--",
    "/usr/bin/bwrap",
    "--args",
    String(descriptors.options),
    "--",
    ...becomeUser,
    ...start.image.argv,
    ...start.args,
  ];
}

function running(pid: number, child: ChildProcess, exit: Promise<SandboxExit>): Sandbox {
  let over = false;
  void exit.then(() => (over = true));
  const kill = (signal: NodeJS.Signals) => {
    if (over || child.exitCode !== null || child.signalCode !== null) return;
    // The first process inside ignores all other signals: they are for the command, its child.
    const target = signal === "SIGKILL" ? pid : (childOf(pid) ?? pid);
    try {
      process.kill(target, target === pid ? "SIGKILL" : signal);
    } catch {
      // It ended in between.
    }
  };
  return {
    pid,
    exit,
    kill,
    [Symbol.asyncDispose]: async () => {
      kill("SIGKILL");
      await exit;
    },
  };
}

function childOf(pid: number): number | undefined {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
    return children === "" ? undefined : Number(children.split(" ")[0]);
  } catch {
    return undefined;
  }
}

function firstProcess(info: string): number {
  const pid = /"child-pid": (\d+)/.exec(info)?.[1];
  if (pid === undefined) throw new Error("the sandbox could not be set up; its output says why");
  return Number(pid);
}

/** `status` holds an exit code only if the walls stood and the command was started. */
function exitOf(code: number | null, status: string, outOfMemory: boolean): SandboxExit {
  const commandCode = /"exit-code": (\d+)/.exec(status)?.[1];
  if (commandCode === undefined)
    return {
      code: null,
      signal: null,
      reason: outOfMemory ? "out-of-memory" : code === null ? "killed" : "not-set-up",
    };
  const value = Number(commandCode);
  const signal = value > 128 ? signalName(value - 128) : null;
  return { code: value, signal, ...(outOfMemory && value !== 0 ? { reason: "out-of-memory" as const } : {}) };
}

function signalName(number: number): string | null {
  return Object.entries(constants.signals).find(([, value]) => value === number)?.[0] ?? null;
}

async function endOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    child.once("error", () => resolve(null));
    child.once("exit", (code) => resolve(code));
  });
}

async function readLines(descriptor: number, start: SandboxStart): Promise<void> {
  const cutter = new LineCutter((line) => start.onOutput(line));
  for await (const chunk of new Socket({ fd: descriptor, readable: true, writable: false }))
    cutter.write(chunk as Buffer);
  cutter.end();
}

async function readAll(descriptor: number): Promise<string> {
  let text = "";
  for await (const chunk of new Socket({ fd: descriptor, readable: true, writable: false })) text += String(chunk);
  return text;
}
