import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { run } from "./program.ts";

/** What passes in a network namespace, from its beginning until it is disposed of. */
export interface Witness extends AsyncDisposable {
  /** All frames of all links so far, one behind the other; a frame that is forwarded is there twice. */
  frames(): Buffer;
}

/** Frames as they are, one behind the other. */
const program = `
import socket, sys
wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
wire.setsockopt(socket.SOL_SOCKET, 33, 1 << 24)
sys.stderr.write("ready")
sys.stderr.flush()
while True:
    sys.stdout.buffer.write(wire.recv(65535))
    sys.stdout.buffer.flush()
`;

/** Begins to look at every link of a namespace below /run/netns. */
export async function witness(netns: string): Promise<Witness> {
  const args = ["netns", "exec", netns, "/usr/bin/python3", "-c", program];
  const child = spawn("/usr/sbin/ip", args, { stdio: ["ignore", "pipe", "pipe"] });
  const seen: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => seen.push(chunk));
  const said = await new Promise<string>((resolve) => {
    child.stderr.once("data", (chunk: Buffer) => resolve(chunk.toString()));
    child.once("close", () => resolve("it ended"));
  });
  if (said !== "ready") throw new Error(`the wire of ${netns} cannot be watched: ${said}`);
  return {
    frames: () => Buffer.concat(seen),
    async [Symbol.asyncDispose]() {
      const gone = new Promise((resolve) => child.once("close", resolve));
      child.kill("SIGKILL");
      await gone;
    },
  };
}

const seenWithinMs = 10_000;

/**
 * Sends a word in the clear from one namespace to an address until the witness has seen it: what passed before
 * has been seen then as well.
 */
export async function settle(by: Witness, netns: string, address: string): Promise<void> {
  const word = `settle-${randomBytes(8).toString("hex")}`;
  const deadline = Date.now() + seenWithinMs;
  while (!by.frames().includes(word)) {
    if (Date.now() > deadline) throw new Error(`the witness does not see what ${netns} sends`);
    await run("/usr/sbin/ip", ["netns", "exec", netns, "/bin/bash", "-c", `echo ${word} > /dev/udp/${address}/9`]);
    await wait(20);
  }
}
