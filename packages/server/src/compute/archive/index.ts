/**
 * Archives (model.tar.gz, output.tar.gz) and the safe reading of what a job left on its volume.
 *
 * Promise: equal content packs to equal bytes. Invariants: no link is followed, nothing is written outside
 * of the folder that was named. Must not: start a process.
 */
export { mergeTrees } from "./merged-tree.ts";
export { packEntries, packFolder } from "./pack.ts";
export { ArchiveRefused, unpackArchive } from "./unpack.ts";
export { folderInside, listTree, readInside } from "./tree.ts";
export type { TreeEntry } from "./tree.ts";
