import { createInterface } from "node:readline";
import type { Duplex } from "node:stream";
import type { PushedObjects } from "./pushed-objects.ts";

/** Answers what git's hooks ask on their descriptor 3 while a push is received; they wait for every answer. */
export function answerHooks(channel: Duplex, pushed: PushedObjects): void {
  const answer = async (line: string): Promise<void> => {
    const [word, objectId = ""] = line.split(" ");
    const fault = word === "new" ? await pushed.fault(objectId) : "it is not understood";
    channel.write(`${fault?.replace(/\s+/g, " ") ?? "found"}\n`);
  };
  createInterface({ input: channel }).on("line", (line) => {
    // A hook that gets no answer refuses its reference.
    answer(line).catch(() => channel.destroy());
  });
}
