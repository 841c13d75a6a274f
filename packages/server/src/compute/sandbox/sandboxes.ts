import { createHash, randomInt } from "node:crypto";
import { lstatSync } from "node:fs";
import { chmod, lchown, opendir } from "node:fs/promises";
import { join } from "node:path";
import { findControllers, makeControlGroup, removeFamily } from "./cgroup.ts";
import { writeEtcFolder } from "./etc-folder.ts";
import type { Sandbox, SandboxStart, Sandboxes } from "./sandbox.ts";
import { seccompFilter } from "./seccomp.ts";
import { startSandbox } from "./start.ts";

/**
 * Users that sandboxes are on this machine: far from everything that a distribution hands out, and
 * another one for every sandbox, so that none can do anything to another's processes or files.
 */
const outsideIds = { from: 700_000_000, count: 100_000_000 };

/** A sandbox that asks for no limit of its own may still not fill the machine's process table. */
const pidsDefault = 4096;

export interface SandboxSettings {
  /** Makes the names of control groups this environment's own. */
  readonly instanceId: string;
  /** A folder of the server's, for the `/etc` of all sandboxes. */
  readonly folder: string;
  /** The certificates that programs inside trust. */
  readonly trustedCertificatesPem: string;
}

/** Opens the sandboxes of one environment; what an earlier, killed server left running is ended. */
export async function openSandboxes(settings: SandboxSettings): Promise<Sandboxes> {
  const filter = seccompFilter(process.arch);
  if (filter.kind === "unsupported") throw new Error(filter.message);
  const etcFolder = join(settings.folder, "sandbox-etc");
  writeEtcFolder(etcFolder, settings.trustedCertificatesPem);
  const family = `strongroom-${settings.instanceId}`;
  const controllers = findControllers();
  await removeFamily(controllers, family);
  const running = new Set<Sandbox>();
  let count = 0;
  const start = async (what: SandboxStart): Promise<Sandbox> => {
    const outsideId = outsideIds.from + randomInt(outsideIds.count);
    count += 1;
    const limits = { pids: pidsDefault, ...what.limits };
    const group = makeControlGroup(controllers, family, `${process.pid}-${count}`, limits);
    const volume = placeOf(what.volumeRoot);
    const prepareVolume = () => handOver(what.volumeRoot, outsideId);
    const walls = { group, filter: filter.program, etcFolder, outsideId, volume, prepareVolume };
    const sandbox = await startSandbox(what, walls);
    running.add(sandbox);
    void sandbox.exit.then(() => running.delete(sandbox));
    return sandbox;
  };
  return {
    start,
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...running].map((sandbox) => sandbox[Symbol.asyncDispose]()));
      await removeFamily(controllers, family);
    },
  };
}

/** A short name for the environment of a data folder: the same at every start, another for every folder. */
export function instanceIdOf(dataFolder: string): string {
  return createHash("sha256").update(dataFolder).digest("hex").slice(0, 6);
}

/** A volume's path leads through the process that holds its mount namespace. */
function placeOf(volumeRoot: string): { path: string; mountPid?: number } {
  const match = /^\/proc\/(\d+)\/root(\/.*)$/.exec(volumeRoot);
  return match?.[2] === undefined ? { path: volumeRoot } : { path: match[2], mountPid: Number(match[1]) };
}

/** ① Everything in the volume becomes the sandbox user's own; links are not followed. */
async function handOver(root: string, owner: number): Promise<void> {
  if (!lstatSync(root).isDirectory()) throw new Error(`the volume ${root} is not a folder`);
  // The set-up, which is another user, enters it as the place where the command starts.
  await chmod(root, 0o755);
  await lchown(root, owner, owner);
  for await (const entry of await opendir(root, { recursive: true }))
    await lchown(join(entry.parentPath, entry.name), owner, owner);
}
