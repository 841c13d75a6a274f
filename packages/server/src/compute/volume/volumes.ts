import { createHash, hkdfSync } from "node:crypto";
import { mkdirSync } from "node:fs";
import { mkdir, rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { DiskReserve } from "../../platform/index.ts";
import { DiskWatch } from "./disk-watch.ts";
import { saidCharactersMax, run, start } from "./run-program.ts";
import type { Running } from "./run-program.ts";
import { emptyDisk, makeDisk, mountOptions, takenBytes } from "./sized-disk.ts";
import { VolumeLost } from "./volume.ts";
import type { Volume, VolumeRequest, Volumes } from "./volume.ts";

/**
 * Where every volume appears, each in a mount namespace of its own. Short and open to all, since the
 * sandbox's set-up walks it; outside these namespaces it is an empty folder.
 */
const mountPoint = "/run/strongroom/volume";

/** The password is a key of 32 bytes: stretching it adds time and nothing else. 10 is the least that is accepted. */
const stretchingExponent = "10";

const mountMsMax = 10_000;
const readyWord = "Filesystem mounted and ready.";
/** A program that has so little left can write nothing any more. */
const fullBytes = 1024 * 1024;

/** Opens the volumes of one environment under `folder`; what an earlier server left is unreadable, and is removed. */
export async function openVolumes(settings: {
  readonly folder: string;
  /** What of the disk is not for data; absent: nothing. */
  readonly reserve?: DiskReserve;
}): Promise<Volumes> {
  const { folder, reserve } = settings;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  mkdirSync(mountPoint, { recursive: true, mode: 0o755 });
  const open = new Set<Volume>();
  const watch = new DiskWatch(reserve);
  return {
    create: async (request) => {
      reserve?.demand(0, 1);
      const volume = await makeVolume(join(folder, folderNameOf(request.ownerId)), request, watch, (gone) =>
        open.delete(gone),
      );
      open.add(volume);
      return volume;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...open].map((volume) => volume[Symbol.asyncDispose]()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Names of owners come from requests; a folder's name is made from them, not taken. */
function folderNameOf(ownerId: string): string {
  return createHash("sha256").update(ownerId).digest("hex").slice(0, 32);
}

/** The files of a volume: `disk` is mounted at `mounted`, in the volume's namespace alone, and holds the sealed files. */
interface Place {
  readonly folder: string;
  readonly disk: string;
  readonly mounted: string;
}

async function makeVolume(
  folder: string,
  { dataKey, sizeGiB }: VolumeRequest,
  watch: DiskWatch,
  onGone: (gone: Volume) => void,
): Promise<Volume> {
  if (dataKey.byteLength !== 32) throw new RangeError("a volume's data key has 32 bytes");
  const place = { folder, disk: join(folder, "disk"), mounted: join(folder, "mounted") };
  await rm(folder, { recursive: true, force: true });
  await mkdir(place.mounted, { recursive: true, mode: 0o700 });
  // ④ The password reaches gocryptfs through a pipe: it is on no command line, in no file, in no variable.
  const password = passwordFrom(dataKey);
  try {
    await makeSealedDisk(place, sizeGiB, password);
    const holder = await mount(place, password);
    return volumeOf(place, holder, watch, onGone);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  } finally {
    // ④ From here on nobody but gocryptfs holds what opens the volume, and its process ends with the job.
    password.fill(0);
  }
}

async function makeSealedDisk({ folder, disk }: Place, sizeGiB: number, password: Uint8Array): Promise<void> {
  const content = join(folder, "content");
  const sealed = join(content, sealedName);
  await mkdir(sealed, { recursive: true, mode: 0o700 });
  const options = ["-init", "-q", "-scryptn", stretchingExponent, "--", sealed];
  await run("/usr/bin/gocryptfs", options, password);
  await makeDisk(disk, sizeGiB, content);
  await rm(content, { recursive: true });
}

const sealedName = "sealed";

interface Holder {
  readonly running: Running;
  readonly pid: number;
}

async function mount({ disk, mounted }: Place, password: Uint8Array): Promise<Holder> {
  const sealed = join(mounted, sealedName);
  const running = start("/usr/bin/setpriv", [...holderCommand, disk, mounted, sealed, mountPoint], password);
  const { pid } = running.process;
  if (pid !== undefined && (await isMounted(running))) return { running, pid };
  running.process.kill("SIGKILL");
  await running.ended;
  throw new Error(`a volume could not be mounted: ${running.said()}`);
}

/**
 * The file system's own process holds the mount namespace; it dies with the server, and the namespace
 * with it. "slave": nothing mounted in it is seen outside, but what is unmounted outside goes here too, so
 * that a long-lived volume does not hold on to the network namespaces of jobs that ended.
 */
const holderCommand = [
  ...["--pdeathsig", "KILL", "--"],
  ...["/usr/bin/unshare", "--mount", "--propagation", "slave", "--"],
  ...["/bin/sh", "-c"],
  `mount -t ext4 -o ${mountOptions} -- "$0" "$1" && exec gocryptfs -fg -nosyslog -allow_other -- "$2" "$3"`,
];

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

function volumeOf(place: Place, { running, pid }: Holder, watch: DiskWatch, onGone: (gone: Volume) => void): Volume {
  const diskInside = `/proc/${pid}/root${place.mounted}`;
  const watched = watch.add(() => takenBytes(place.disk));
  const volume: Volume = {
    path: `/proc/${pid}/root${mountPoint}`,
    mountPid: pid,
    broken: watched.broken,
    isFull: async () => {
      const { bavail, bsize, ffree } = await statfs(diskInside);
      return bavail * bsize < fullBytes || ffree === 0;
    },
    settle: async () => {
      try {
        await run("/usr/bin/sync", ["--file-system", diskInside]);
      } catch (error) {
        throw new VolumeLost("the machine's disk did not take all that was written to the volume", { cause: error });
      }
    },
    [Symbol.asyncDispose]: async () => {
      // Where the disk is full, what is still to be written must not be.
      if (watched.isBroken()) await emptyDisk(place.disk, place.mounted, pid).catch(() => undefined);
      running.process.kill("SIGKILL");
      await running.ended;
      await rm(place.folder, { recursive: true, force: true });
      watched.remove();
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
