import { spawn } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { createHash, hkdfSync } from "node:crypto";
import { mkdirSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { DiskReserve } from "../../platform/index.ts";
import type { Volume, Volumes } from "./volume.ts";

/**
 * Where every volume appears, each in a mount namespace of its own. Short and open to all, since the
 * sandbox's set-up walks it; outside these namespaces it is an empty folder.
 */
const mountPoint = "/run/strongroom/volume";

/** The password is a key of 32 bytes: stretching it adds time and nothing else. 10 is the least that is accepted. */
const stretchingExponent = "10";

const mountMsMax = 10_000;
const readyWord = "Filesystem mounted and ready.";

/** Opens the volumes of one environment under `folder`; what an earlier server left is unreadable, and is removed. */
export async function openVolumes(settings: {
  readonly folder: string;
  /** What of the disk is not for data; absent: nothing. */
  readonly reserve?: DiskReserve;
}): Promise<Volumes> {
  await rm(settings.folder, { recursive: true, force: true });
  await mkdir(settings.folder, { recursive: true, mode: 0o700 });
  mkdirSync(mountPoint, { recursive: true, mode: 0o755 });
  const open = new Set<Volume>();
  return {
    create: async ({ ownerId, dataKey }) => {
      settings.reserve?.demand(0, 1);
      const volume = await makeVolume(join(settings.folder, folderNameOf(ownerId)), dataKey, (gone) =>
        open.delete(gone),
      );
      open.add(volume);
      return volume;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...open].map((volume) => volume[Symbol.asyncDispose]()));
      await rm(settings.folder, { recursive: true, force: true });
    },
  };
}

/** Names of owners come from requests; a folder's name is made from them, not taken. */
function folderNameOf(ownerId: string): string {
  return createHash("sha256").update(ownerId).digest("hex").slice(0, 32);
}

async function makeVolume(cipherFolder: string, dataKey: Uint8Array, onGone: (gone: Volume) => void): Promise<Volume> {
  if (dataKey.byteLength !== 32) throw new RangeError("a volume's data key has 32 bytes");
  await rm(cipherFolder, { recursive: true, force: true });
  await mkdir(cipherFolder, { mode: 0o700 });
  // ④ The password reaches gocryptfs through a pipe: it is on no command line, in no file, in no variable.
  const password = passwordFrom(dataKey);
  const init = run("/usr/bin/gocryptfs", ["-init", "-q", "-scryptn", stretchingExponent, "--", cipherFolder], password);
  init.process.stdout.resume();
  const initCode = await init.ended;
  if (initCode !== 0) throw new Error(`gocryptfs could not make a volume (exit ${initCode}): ${init.said()}`);
  const holder = run("/usr/bin/setpriv", [...holderCommand, cipherFolder, mountPoint], password);
  const pid = holder.process.pid;
  const discard = async () => {
    holder.process.kill("SIGKILL");
    await holder.ended;
    await rm(cipherFolder, { recursive: true, force: true });
  };
  if (pid === undefined || !(await mounted(holder))) {
    password.fill(0);
    await discard();
    throw new Error(`gocryptfs could not mount a volume: ${holder.said()}`);
  }
  // ④ From here on nobody but gocryptfs holds what opens the volume, and its process ends with the job.
  password.fill(0);
  const volume: Volume = {
    path: `/proc/${pid}/root${mountPoint}`,
    mountPid: pid,
    [Symbol.asyncDispose]: async () => {
      await discard();
      onGone(volume);
    },
  };
  return volume;
}

/** A line of hexadecimal digits, written without a string: strings cannot be wiped. */
function passwordFrom(dataKey: Uint8Array): Buffer {
  const derived = Buffer.from(hkdfSync("sha256", dataKey, "", "strongroom volume password", 32));
  const line = Buffer.alloc(2 * derived.byteLength + 1, "\n");
  for (const [at, byte] of derived.entries()) {
    line[2 * at] = hexDigits[byte >> 4] ?? 0;
    line[2 * at + 1] = hexDigits[byte & 15] ?? 0;
  }
  derived.fill(0);
  return line;
}

const hexDigits = Buffer.from("0123456789abcdef");

/**
 * The file system's own process holds the mount namespace; it dies with the server, and the namespace
 * with it. "slave": nothing mounted in it is seen outside, but what is unmounted outside goes here too, so
 * that a long-lived volume does not hold on to the network namespaces of jobs that ended.
 */
const holderCommand = [
  ...["--pdeathsig", "KILL", "--"],
  ...["/usr/bin/unshare", "--mount", "--propagation", "slave", "--"],
  ...["/usr/bin/gocryptfs", "-fg", "-nosyslog", "-allow_other", "--"],
];

/**
 * Waits for gocryptfs's own word. The mount is listed a little earlier, but whoever touches it then can stand in the
 * way of a file that gocryptfs itself opens there first, and both wait for ever.
 */
async function mounted({ process: holder, ended }: Running): Promise<boolean> {
  const ready = new Promise<boolean>((resolve) => {
    let said = "";
    holder.stdout.on("data", (chunk: Buffer) => {
      if (said.length < saidCharactersMax) said += chunk.toString();
      if (said.includes(readyWord)) resolve(true);
    });
  });
  const late = wait(mountMsMax, false, { ref: false });
  return await Promise.race([ready, ended.then(() => false), late]);
}

interface Running {
  readonly process: ChildProcessWithoutNullStreams;
  readonly ended: Promise<number | null>;
  said(): string;
}

const saidCharactersMax = 4096;

function run(command: string, args: readonly string[], input: Uint8Array): Running {
  const child = spawn(command, args, { env: { PATH: "/usr/bin:/bin" }, cwd: "/", stdio: ["pipe", "pipe", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    if (said.length < saidCharactersMax) said += chunk.toString();
  });
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const ended = new Promise<number | null>((resolve) => {
    child.once("error", () => resolve(null));
    child.once("exit", (code) => resolve(code));
  });
  return { process: child, ended, said: () => said.trim() };
}
