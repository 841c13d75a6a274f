import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { start } from "./running.ts";
import type { Running } from "./running.ts";

/** The password is a derived key of 32 bytes: stretching it adds time and nothing else. 10 is the least that is accepted. */
const stretchingExponent = "10";
const mountMsMax = 15_000;
const readyWord = "Filesystem mounted and ready.";
const saidCharactersMax = 4096;

/**
 * A folder that rests encrypted. Its plain view exists only inside the mount namespace of one process,
 * which ends with the server; whoever works on it enters that namespace.
 */
export interface EncryptedArea extends AsyncDisposable {
  /** The plain view as a process inside sees it. */
  readonly insidePath: string;
  /** The plain view as the server reaches it. */
  readonly path: string;
  /** Resolves once the process that keeps it has ended, whatever ended it: from then on nothing in it can be reached. */
  readonly ended: Promise<unknown>;
  /** The command that runs `command` inside. */
  enter(command: readonly string[]): string[];
  /** ③ waits until all that was written in the area would survive a power cut, names included. */
  sync(): Promise<void>;
}

/**
 * Opens the area under `folder` (made, where absent), with the 32-byte `key`.
 * Throws where gocryptfs cannot make or mount it: another key, no FUSE on this machine.
 * `onSyncFailed` is told what a sync failed with, before whoever waits for it goes on.
 */
export async function openEncryptedArea(
  folder: string,
  key: Uint8Array,
  onSyncFailed: (cause: unknown) => void = () => undefined,
): Promise<EncryptedArea> {
  const cipher = join(folder, "sealed");
  const mountPoint = join(folder, "plain");
  await mkdir(cipher, { recursive: true, mode: 0o700 });
  // Outside the namespace this folder is, and stays, empty.
  await mkdir(mountPoint, { recursive: true, mode: 0o700 });
  // ④ the password goes through a pipe: it is on no command line, in no file, in no variable.
  const password = `${Buffer.from(key).toString("hex")}\n`;
  if ((await readdir(cipher)).length === 0) await initialise(cipher, password);
  const holder = start([
    ...["/usr/bin/unshare", "--mount", "--propagation", "private", "--"],
    ...["/usr/bin/gocryptfs", "-fg", "-nosyslog", "--", cipher, mountPoint],
  ]);
  holder.process.stdin.end(password);
  const pid = holder.process.pid;
  if (pid === undefined || !(await isMounted(holder))) {
    holder.process.kill("SIGKILL");
    await holder.ended;
    throw new Error(`the encrypted area of the repositories cannot be mounted: ${holder.said()}`);
  }
  return {
    insidePath: mountPoint,
    path: `/proc/${pid}/root${mountPoint}`,
    ended: holder.ended,
    enter: (command) => ["/usr/bin/nsenter", `--mount=/proc/${pid}/ns/mnt`, "--", ...command],
    sync: async () => {
      try {
        await syncFileSystem(cipher);
      } catch (error) {
        onSyncFailed(error);
        throw error;
      }
    },
    [Symbol.asyncDispose]: async () => {
      // Asked to end, gocryptfs unmounts, which writes everything back.
      holder.process.kill("SIGTERM");
      const killing = setTimeout(() => holder.process.kill("SIGKILL"), mountMsMax);
      await holder.ended;
      clearTimeout(killing);
    },
  };
}

/**
 * git syncs its files and not the folders that name them, and gocryptfs keeps nothing back: what lies below it is
 * what has to be synced, and only syncfs(2) reaches all of it. Node has no call for it.
 */
async function syncFileSystem(cipher: string): Promise<void> {
  const syncing = start(["/usr/bin/sync", "--file-system", cipher]);
  syncing.process.stdin.end();
  syncing.process.stdout.resume();
  const code = await syncing.ended;
  if (code !== 0) throw new Error(`the repositories cannot be synced (${code ?? "killed"}): ${syncing.said()}`);
}

async function initialise(cipher: string, password: string): Promise<void> {
  const init = start(["/usr/bin/gocryptfs", "-init", "-q", "-scryptn", stretchingExponent, "--", cipher]);
  init.process.stdin.end(password);
  init.process.stdout.resume();
  const code = await init.ended;
  if (code !== 0) {
    throw new Error(`the encrypted area of the repositories cannot be made (${code ?? "killed"}): ${init.said()}`);
  }
}

/**
 * Waits for gocryptfs's own word. The mount is listed a little earlier, but whoever touches it then can stand in the
 * way of a file that gocryptfs itself opens there first, and both wait for ever.
 */
async function isMounted({ process: holder, ended }: Running): Promise<boolean> {
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
