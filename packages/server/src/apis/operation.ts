import { type Call as CallOf, operationFor } from "@strongroom/wire";
import type { Authority } from "../access/authority.ts";

/** wire's operation(), for callers that are this server's authorities. */
export const operation = operationFor<Authority>();
export type Call = CallOf<Authority>;
