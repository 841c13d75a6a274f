import { parentPort } from "node:worker_threads";

import { FileDigests } from "./image-digest.ts";
import type { DigestAnswer, DigestQuestion } from "./image-digests.ts";

/** The thread that reads images' files: a question is answered after those before it. */
const digests = new FileDigests();

parentPort?.on("message", ({ id, image }: DigestQuestion) => {
  let answer: DigestAnswer;
  try {
    answer = { id, digest: digests.digestOf(image) };
  } catch (error) {
    answer = { id, problem: error instanceof Error ? error.message : String(error) };
  }
  parentPort?.postMessage(answer);
});
