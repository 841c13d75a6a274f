import { readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { run } from "./run-program.ts";
import { VolumeTooLarge } from "./volume.ts";

const gibibyte = 1024 ** 3;

/**
 * What the two file systems need besides: inodes 1.6 % and gocryptfs's nonces and tags 0.8 %, and the rest for their own
 * tables, so that what was asked for is there for data.
 */
const diskBytesOf = (sizeGiB: number): number => sizeGiB * gibibyte + ((sizeGiB + 1) * gibibyte) / 32;

/** No journal: nothing of a volume outlives its job. What the kernel would write only to have it there is left out. */
const fileSystem = [
  ...["-q", "-F", "-m", "0", "-O", "^has_journal,^resize_inode"],
  ...["-E", "lazy_itable_init=1,nodiscard,root_owner=0:0"],
];

/**
 * No barriers: a sync inside need not reach the machine's disk. "discard": what is removed inside makes room outside.
 * "noinit_itable": empty tables need not be written.
 */
export const mountOptions = "loop,nodev,nosuid,nobarrier,noinit_itable,discard,noatime,errors=remount-ro";

/**
 * Makes a file that holds a file system of a size, with a folder's files in it. It takes as much of the machine's disk
 * as is written into it. Throws VolumeTooLarge where no file can be that large.
 */
export async function makeDisk(file: string, sizeGiB: number, contentFolder: string): Promise<void> {
  const sizeBytes = diskBytesOf(sizeGiB);
  const tooLarge = () => new VolumeTooLarge(`the file system of this machine holds no file of ${sizeGiB} GB`);
  if (sizeBytes > Number.MAX_SAFE_INTEGER) throw tooLarge();
  await writeFile(file, "", { mode: 0o600, flag: "wx" });
  try {
    await truncate(file, sizeBytes);
  } catch (error) {
    throw error instanceof Error && "code" in error && error.code === "EFBIG" ? tooLarge() : error;
  }
  await run("/usr/sbin/mkfs.ext4", [...fileSystem, "-d", contentFolder, file]);
}

/** How much of the machine's disk it takes. */
export async function takenBytes(file: string): Promise<number> {
  return (await stat(file)).blocks * 512;
}

/**
 * Gives back what the disk takes, although it is mounted in the namespace of `mountPid`: what is still to be written
 * there fails from now on, since the device ends before it.
 */
export async function emptyDisk(file: string, mountFolder: string, mountPid: number): Promise<void> {
  const mounts = await readFile(`/proc/${mountPid}/mounts`, "utf8").catch(() => "");
  const device = mounts
    .split("\n")
    .find((line) => line.split(" ")[1] === mountFolder)
    ?.split(" ")[0];
  await truncate(file, 0);
  if (device !== undefined) await run("/usr/sbin/losetup", ["--set-capacity", device]);
  await rm(file, { force: true });
}
