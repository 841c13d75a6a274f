/* The other end of HashThread: the running hashes of each id. */
import { createHash, type Hash } from "node:crypto";
import { parentPort } from "node:worker_threads";
import type { HashReply, HashTask } from "./hash-thread.ts";

const running = new Map<number, readonly Hash[]>();

parentPort?.on("message", ({ id, algorithms, bytes, then }: HashTask) => {
  const hashes = running.get(id) ?? algorithms.map((algorithm) => createHash(algorithm));
  running.set(id, hashes);
  for (const hash of hashes) hash.update(bytes);
  if (then !== "more") running.delete(id);
  const digests = then === "finish" ? { digests: hashes.map((hash) => hash.digest("hex")) } : {};
  parentPort?.postMessage({ id, ...digests } satisfies HashReply);
});
