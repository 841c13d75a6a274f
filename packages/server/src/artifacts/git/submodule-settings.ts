import { uuid } from "../../platform/index.ts";
import type { OpenedRepository } from "./opened-repository.ts";
import { temporaryIndex } from "./tree-writer.ts";

/** Git reads submodules' settings from .gitmodules, and from what Windows or a Mac takes for a file of that name. */
const maybeSettings = /gitmodules|~/i;
// eslint-disable-next-line no-control-regex -- all but ASCII
const beyondAscii = /[^\u0000-\u007f]/g;

/**
 * The first path whose file holds settings of submodules that a push would be refused for: an address or a path that is an
 * option of a command, a name that leads elsewhere, a command. Git itself judges, on a tree that is not kept.
 */
export async function brokenSettings(
  opened: OpenedRepository,
  files: readonly { readonly path: string; readonly mode: string; readonly blobId: string }[],
): Promise<string | undefined> {
  for (const file of files) {
    const name = file.path.slice(file.path.lastIndexOf("/") + 1);
    // A submodule that has such a name came by a push, or not at all.
    if (file.mode === "160000" || !maybeSettings.test(name.replace(beyondAscii, ""))) continue;
    if (await isBroken(opened, name, file)) return file.path;
  }
  return undefined;
}

async function isBroken(
  opened: OpenedRepository,
  name: string,
  { mode, blobId }: { readonly mode: string; readonly blobId: string },
): Promise<boolean> {
  const folder = `${temporaryIndex}${uuid()}`;
  const environment = {
    GIT_OBJECT_DIRECTORY: `${opened.folder}/${folder}`,
    GIT_ALTERNATE_OBJECT_DIRECTORIES: `${opened.folder}/objects`,
  };
  await opened.makeFolder(folder);
  try {
    const treeId = await opened.must(["mktree", "-z"], { input: `${mode} blob ${blobId}\t${name}\0`, environment });
    // As a push would bring the tree: what it leads to is there already.
    const pack = await opened.bytes(["pack-objects", "--quiet", "--stdout"], { input: `${treeId}\n`, environment });
    if (!pack.ok) throw new Error(`git pack-objects failed: ${pack.said}`);
    const taken = await opened.bytes(["index-pack", "--stdin", "--strict"], { input: pack.output, environment });
    if (!taken.ok && !taken.said.includes("gitmodules")) throw new Error(`git index-pack failed: ${taken.said}`);
    return !taken.ok;
  } finally {
    await opened.removeFile(folder);
  }
}
