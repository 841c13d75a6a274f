import { routeUnsigned, takesUnsigned, type RoutedOperation } from "@strongroom/wire";
import type { Authority } from "../access/index.ts";
import type { Arrival, Gate } from "./gate.ts";

/** What is read for somebody who has shown nothing yet: room for a token, a policy and their percent-encoding. */
const unsignedBodyBytesMax = 65_536;
const nothing = new Uint8Array(0);

/**
 * The operation of a request without a signature, and its body; undefined where the operation needs one.
 * ② which operations these are stands in their definitions; for every other request nothing changes.
 */
export async function unsignedRequest(
  arrival: Arrival,
  { services, unverified }: Pick<Gate, "services" | "unverified">,
): Promise<{ readonly routed: RoutedOperation<Authority>; readonly body: Uint8Array } | undefined> {
  const [first, ...others] = routeUnsigned(services, arrival.head);
  if (first === undefined) return undefined;
  const bounds = { service: first.service, bodyBytesMax: unsignedBodyBytesMax };
  const { body = nothing } = await unverified.read(arrival.body, bounds, true);
  for (const one of [first, ...others]) {
    const routed = one.kind === "operation" ? one : one.finish(body);
    if (routed.kind === "operation" && takesUnsigned(routed.operation)) return { routed, body };
  }
  return undefined;
}
