import { constants } from "node:fs";
import { lstat, open, readdir } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { join, relative } from "node:path";

export interface TreeEntry {
  /** Relative to the folder, with forward slashes. */
  readonly path: string;
  readonly type: "file" | "folder";
  readonly sizeBytes: number;
  readonly executable: boolean;
}

/**
 * The regular files and folders under `folder`, in the order of their paths' bytes. ① Links are neither
 * listed nor followed: what a job wrote must not lead the server to files outside of its volume. The job's
 * processes have ended when this is called, so nothing changes underneath.
 */
export async function listTree(folder: string): Promise<TreeEntry[]> {
  const entries: TreeEntry[] = [];
  if (!(await isFolder(folder))) return entries;
  const visit = async (path: string): Promise<void> => {
    for (const item of await readdir(path, { withFileTypes: true })) {
      const full = join(path, item.name);
      const name = relative(folder, full);
      if (item.isDirectory()) {
        entries.push({ path: name, type: "folder", sizeBytes: 0, executable: true });
        await visit(full);
      } else if (item.isFile()) {
        const stat = await lstat(full);
        entries.push({ path: name, type: "file", sizeBytes: stat.size, executable: (stat.mode & 0o100) !== 0 });
      }
    }
  };
  await visit(folder);
  return entries.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}

async function isFolder(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined))?.isDirectory() === true;
}

/**
 * Opens `root/segments…` for reading if every part of the way is a folder and the end a regular file;
 * undefined otherwise. The caller closes it.
 */
async function openInside(root: string, ...segments: string[]): Promise<FileHandle | undefined> {
  const path = await folderInside(root, ...segments.slice(0, -1));
  const name = segments.at(-1);
  if (path === undefined || name === undefined) return undefined;
  const full = join(path, name);
  if ((await lstat(full).catch(() => undefined))?.isFile() !== true) return undefined;
  return await open(full, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
}

/** The path of `root/segments…` if each is a folder and not a link; undefined otherwise. */
export async function folderInside(root: string, ...segments: string[]): Promise<string | undefined> {
  let path = root;
  for (const segment of segments) {
    path = join(path, segment);
    if (!(await isFolder(path))) return undefined;
  }
  return path;
}

/** At most `bytesMax` bytes from the beginning of such a file; undefined where there is none. */
export async function readInside(bytesMax: number, root: string, ...segments: string[]): Promise<Buffer | undefined> {
  const file = await openInside(root, ...segments);
  if (file === undefined) return undefined;
  try {
    const buffer = Buffer.alloc(bytesMax);
    const { bytesRead } = await file.read(buffer, 0, bytesMax, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
