import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run, type Room } from "@strongroom/testkit";

/** A file system in memory with limits, in a mount namespace of its own. */
export interface SmallDisk extends AsyncDisposable {
  readonly room: Room & { readonly folder: string };
  /** Sets other limits, as `size=32m,nr_inodes=1000`. */
  limit(options: string): Promise<void>;
}

export async function smallDisk(options: string): Promise<SmallDisk> {
  const folder = await mkdtemp(join(tmpdir(), "strongroom-small-"));
  const script = 'mount -t tmpfs -o "$1" tmpfs "$2" && echo mounted && exec sleep infinity';
  const holder = spawn(
    "setpriv",
    [
      ...["--pdeathsig", "KILL", "--", "unshare", "--mount", "--propagation", "private", "--"],
      ...["sh", "-c", script, "sh", options, folder],
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const ended = new Promise((resolve) => holder.once("close", resolve));
  const mounted = new Promise((resolve) => holder.stdout.once("data", () => resolve(true)));
  if ((await Promise.race([mounted, ended])) !== true) throw new Error("a small disk cannot be mounted");
  const enter = ["nsenter", `--mount=/proc/${String(holder.pid)}/ns/mnt`, "--"];
  return {
    room: { enter, folder, reach: (path) => `/proc/${String(holder.pid)}/root${path}` },
    async limit(to) {
      const words = [...enter.slice(1), "mount", "-o", `remount,${to}`, folder];
      const { code, stderr } = await run("nsenter", words);
      if (code !== 0) throw new Error(stderr);
    },
    async [Symbol.asyncDispose]() {
      holder.kill("SIGKILL");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
