import type { Gate } from "./gate.ts";
import type { Trace } from "./trace.ts";

/**
 * What a refusal says in the asked service's form. EC2 puts a sentence before, and after it, for
 * operations that change something, a message that only an administrator can decode.
 */
export function denialMessage(message: string, { access }: Gate, { service, operation, decisions }: Trace): string {
  if (service?.protocol !== "ec2Query") return message;
  const told = `You are not authorized to perform this operation. ${message}`;
  const denied = decisions.lastDenied;
  if (operation?.mutates !== true || denied === undefined) return told;
  return `${told}. Encoded authorization failure message: ${access.authorizationMessages.encode(denied)}`;
}
