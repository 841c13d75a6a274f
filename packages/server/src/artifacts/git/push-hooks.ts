import { createInterface } from "node:readline";
import type { Duplex } from "node:stream";
import type { PushedChange } from "./push-commands.ts";
import type { PushedObjects } from "./pushed-objects.ts";

const newObject = /^new ([0-9a-f]{40})$/;
const movedReference = /^moved [0-9a-f]{40} ([0-9a-f]{40}) (.+)$/;

/**
 * Serves git's hooks on their descriptor 3 while a push is received: what is new is looked for, and what has moved is
 * added to the list that is returned, which is whole once git has ended.
 */
export function serveHooks(channel: Duplex, pushed: PushedObjects): readonly PushedChange[] {
  const moved: PushedChange[] = [];
  const answer = async (objectId: string): Promise<void> => {
    const fault = await pushed.fault(objectId);
    channel.write(`${fault?.replace(/\s+/g, " ") ?? "found"}\n`);
  };
  createInterface({ input: channel }).on("line", (line) => {
    const [, objectId, reference] = movedReference.exec(line) ?? [];
    if (objectId !== undefined && reference !== undefined) moved.push({ reference, objectId });
    const [, asked] = newObject.exec(line) ?? [];
    // A hook that gets no answer refuses its reference.
    if (asked !== undefined) answer(asked).catch(() => channel.destroy());
  });
  return moved;
}
