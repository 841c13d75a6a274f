import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import type { SandboxLimits } from "./sandbox.ts";

export type Controller = "memory" | "cpu" | "pids";
const controllers: readonly Controller[] = ["memory", "cpu", "pids"];

/** Where a controller's groups are made, and in which of the kernel's two forms. */
interface ControllerRoot {
  readonly version: 1 | 2;
  readonly path: string;
}

/** The limits of one sandbox, and what it went through. Disposing needs the group to be empty or makes it so. */
export interface ControlGroup extends AsyncDisposable {
  /**
   * The files in which a process of one thread writes 0 to move itself in. Being moved by another process
   * would wait for a grace period of the kernel, ten milliseconds and more.
   */
  readonly entrances: readonly string[];
  /** Whether the kernel ended a process of the group for want of memory. */
  ranOutOfMemory(): boolean;
}

/** Finds the controllers that this process may use: version 1 hierarchies, or the version 2 root. */
export function findControllers(mounts = readFileSync("/proc/self/mounts", "utf8")): Map<Controller, ControllerRoot> {
  const found = new Map<Controller, ControllerRoot>();
  for (const line of mounts.split("\n")) {
    const [, path, type, options] = line.split(" ");
    if (path === undefined || options === undefined) continue;
    if (type === "cgroup") {
      const held = options.split(",");
      for (const controller of controllers) if (held.includes(controller)) found.set(controller, { version: 1, path });
    }
    if (type === "cgroup2") {
      const offered = readFileSync(`${path}/cgroup.controllers`, "utf8").trim().split(" ");
      for (const controller of controllers)
        if (offered.includes(controller) && !found.has(controller)) found.set(controller, { version: 2, path });
    }
  }
  return found;
}

const cpuPeriodMicroseconds = 100_000;

/** What is written for each limit, per version: file name → content. */
function settings(limits: SandboxLimits): Record<Controller, { 1: [string, string][]; 2: [string, string][] }> {
  const { memoryBytes, cpus, pids } = limits;
  const quota = String(Math.max(1000, Math.round((cpus ?? 0) * cpuPeriodMicroseconds)));
  return {
    memory: {
      1:
        memoryBytes === undefined
          ? []
          : [
              ["memory.limit_in_bytes", String(memoryBytes)],
              ["memory.memsw.limit_in_bytes", String(memoryBytes)],
            ],
      2:
        memoryBytes === undefined
          ? []
          : [
              ["memory.max", String(memoryBytes)],
              ["memory.swap.max", "0"],
              ["memory.oom.group", "1"],
            ],
    },
    cpu: {
      1: cpus === undefined ? [] : [["cpu.cfs_quota_us", quota]],
      2: cpus === undefined ? [] : [["cpu.max", `${quota} ${cpuPeriodMicroseconds}`]],
    },
    pids: {
      1: pids === undefined ? [] : [["pids.max", String(pids)]],
      2: pids === undefined ? [] : [["pids.max", String(pids)]],
    },
  };
}

/** Not every kernel counts swap; where it does not, there is none to limit. */
const optionalFiles = new Set(["memory.memsw.limit_in_bytes", "memory.swap.max", "memory.oom.group"]);

/**
 * Makes a group with the limits under `<controller root>/<family>/<name>`.
 * Throws, naming the controller, where a limit is asked for that this machine cannot hold.
 */
export function makeControlGroup(
  roots: ReadonlyMap<Controller, ControllerRoot>,
  family: string,
  name: string,
  limits: SandboxLimits,
): ControlGroup {
  const folders = new Set<string>();
  const entrances = new Set<string>();
  let memory: { version: 1 | 2; path: string } | undefined;
  for (const controller of controllers) {
    const root = roots.get(controller);
    const wanted = settings(limits)[controller][root?.version ?? 1];
    if (wanted.length === 0) continue;
    if (root === undefined)
      throw new Error(`this machine offers no ${controller} control group: the limit cannot be held`);
    const path = `${root.path}/${family}/${name}`;
    if (root.version === 2) enable(root.path, family, controller);
    mkdirSync(path, { recursive: true });
    folders.add(path);
    entrances.add(`${path}/${root.version === 1 ? "tasks" : "cgroup.procs"}`);
    if (controller === "memory") memory = { version: root.version, path };
    for (const [file, content] of wanted)
      if (!optionalFiles.has(file) || existsSync(`${path}/${file}`)) writeFileSync(`${path}/${file}`, content);
  }
  return {
    entrances: [...entrances],
    ranOutOfMemory: () => memory !== undefined && outOfMemoryKills(memory) > 0,
    [Symbol.asyncDispose]: async () => {
      for (const path of folders) await emptyAndRemove(path);
    },
  };
}

function enable(root: string, family: string, controller: Controller): void {
  mkdirSync(`${root}/${family}`, { recursive: true });
  for (const folder of [root, `${root}/${family}`]) {
    const enabled = readFileSync(`${folder}/cgroup.subtree_control`, "utf8").trim().split(" ");
    if (!enabled.includes(controller)) writeFileSync(`${folder}/cgroup.subtree_control`, `+${controller}`);
  }
}

function outOfMemoryKills(memory: { version: 1 | 2; path: string }): number {
  const file = memory.version === 1 ? "memory.oom_control" : "memory.events";
  const line = readFileSync(`${memory.path}/${file}`, "utf8")
    .split("\n")
    .find((text) => text.startsWith("oom_kill "));
  return Number(line?.slice("oom_kill ".length) ?? 0);
}

const removalAttemptsMax = 100;

/** Ends whatever is left in a group and removes it; the kernel lets go of a group a moment after its last process. */
async function emptyAndRemove(path: string): Promise<void> {
  for (let attempt = 0; existsSync(path); attempt += 1) {
    for (const pid of readFileSync(`${path}/cgroup.procs`, "utf8").split("\n").filter(Boolean)) {
      try {
        process.kill(Number(pid), "SIGKILL");
      } catch {
        // It ended by itself in between.
      }
    }
    try {
      rmdirSync(path);
    } catch (error) {
      if (attempt >= removalAttemptsMax) throw error;
      await wait(10);
    }
  }
}

/** Removes all groups of a family: what a killed server left, and at the end the family itself. */
export async function removeFamily(roots: ReadonlyMap<Controller, ControllerRoot>, family: string): Promise<void> {
  for (const path of new Set([...roots.values()].map((root) => `${root.path}/${family}`))) {
    if (!existsSync(path)) continue;
    for (const entry of readdirSync(path, { withFileTypes: true }))
      if (entry.isDirectory()) await emptyAndRemove(`${path}/${entry.name}`);
    await emptyAndRemove(path);
  }
}
