import { open, readFile } from "node:fs/promises";

const chunkBytes = 4 * 1024 * 1024;

/** How often the bytes stand in what a process may write to: its heaps, stacks and buffers. Needs root, or a dumpable process. */
export async function copiesInMemory(pid: number, bytes: Uint8Array): Promise<number> {
  const maps = await readFile(`/proc/${pid}/maps`, "utf8");
  await using memory = await open(`/proc/${pid}/mem`, "r");
  let copies = 0;
  for (const [, start = "", end = ""] of maps.matchAll(/^([0-9a-f]+)-([0-9a-f]+) rw/gm)) {
    const last = Number.parseInt(end, 16);
    for (let at = Number.parseInt(start, 16); at < last; at += chunkBytes) {
      // Chunks overlap by what could lie across their border.
      const chunk = Buffer.alloc(Math.min(chunkBytes + bytes.byteLength - 1, last - at));
      // Pages of devices cannot be read; nothing of ours is in them.
      const { bytesRead } = await memory.read(chunk, 0, chunk.byteLength, at).catch(() => ({ bytesRead: 0 }));
      const read = chunk.subarray(0, bytesRead);
      for (let found = read.indexOf(bytes); found >= 0; found = read.indexOf(bytes, found + 1)) copies += 1;
    }
  }
  return copies;
}
