import type { IncomingMessage } from "node:http";

/** What is taken of a body that nobody wants: a client that sends all of it before it reads gets its answer. */
const bytesMax = 16 * 1024 * 1024;
const msMax = 10_000;

/** Takes what is left of a body that has not ended, within these bounds; whether that was all. */
export function letGo(request: IncomingMessage): Promise<boolean> {
  return new Promise((resolve) => {
    let bytes = 0;
    const end = (): void => {
      clearTimeout(timer);
      request.off("data", take).off("end", end).off("close", end);
      resolve(request.complete);
    };
    const take = (chunk: Uint8Array): void => {
      bytes += chunk.byteLength;
      if (bytes > bytesMax) end();
    };
    const timer = setTimeout(end, msMax);
    if (request.destroyed) end();
    else request.on("data", take).once("end", end).once("close", end).resume();
  });
}
