import { parentPort } from "node:worker_threads";
import { FileDigests, type ImageFiles } from "./image-files.ts";

/** The thread in which images are read: it answers each request with a digest or with why there is none. */
const digests = new FileDigests();

parentPort?.on("message", ({ id, image }: { id: number; image: ImageFiles }) => {
  try {
    parentPort?.postMessage({ id, digest: digests.digestOf(image) });
  } catch (error) {
    parentPort?.postMessage({ id, problem: error instanceof Error ? error.message : String(error) });
  }
});
