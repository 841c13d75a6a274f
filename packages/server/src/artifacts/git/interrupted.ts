import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFile } from "./merging/line-merge.ts";
import { temporaryIndex } from "./tree-writer.ts";

/**
 * Removes what a crash left in the repositories' folder, while nothing else works there: repositories whose making
 * or deletion was interrupted, and in the others what git had begun. ③ a lock that stayed would refuse every further
 * push; objects that were being received belong to no reference, and were acknowledged to nobody. What cannot be
 * removed stays, `onLeft` is told, and the next start tries again: it stands in no other repository's way.
 */
export async function clearInterrupted(
  folder: string,
  isNamed: (id: string) => boolean,
  onLeft: (id: string, error: unknown) => void,
): Promise<void> {
  for (const id of await readdir(folder)) {
    const repository = join(folder, id);
    const cleared = isNamed(id) ? clearRepository(repository) : remove(repository);
    await cleared.catch((error: unknown) => onLeft(id, error));
  }
}

async function clearRepository(folder: string): Promise<void> {
  const passing = [temporaryIndex, temporaryFile];
  await removeWhere(folder, (name) => name.endsWith(".lock") || passing.some((begin) => name.startsWith(begin)));
  await removeWhere(join(folder, "objects"), (name) => name.startsWith("tmp_objdir-"));
  await removeWhere(join(folder, "objects/pack"), (name) => name.startsWith("tmp_"));
  for (const entry of await readdir(join(folder, "refs"), { recursive: true, withFileTypes: true })) {
    // No reference can be called so.
    if (entry.isFile() && entry.name.endsWith(".lock")) await remove(join(entry.parentPath, entry.name));
  }
}

async function removeWhere(folder: string, isLeft: (name: string) => boolean): Promise<void> {
  for (const name of await readdir(folder)) if (isLeft(name)) await remove(join(folder, name));
}

const remove = (path: string): Promise<void> => rm(path, { recursive: true, force: true });
