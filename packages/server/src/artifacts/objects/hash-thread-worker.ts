/* The other end of HashThread: one running pair of hashes for each id. */
import { createHash } from "node:crypto";
import { parentPort } from "node:worker_threads";
import type { HashReply, HashTask } from "./hash-thread.ts";

const newHashes = () => ({ md5: createHash("md5"), sha256: createHash("sha256") });
const running = new Map<number, ReturnType<typeof newHashes>>();

parentPort?.on("message", ({ id, bytes, then }: HashTask) => {
  const hashes = running.get(id) ?? newHashes();
  running.set(id, hashes);
  hashes.md5.update(bytes);
  hashes.sha256.update(bytes);
  let reply: HashReply = { id };
  if (then !== "more") running.delete(id);
  if (then === "finish") {
    reply = { id, digests: { md5: hashes.md5.digest("hex"), sha256: hashes.sha256.digest("hex") } };
  }
  parentPort?.postMessage(reply);
});
