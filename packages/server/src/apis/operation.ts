import { operationFor, type Call, type Service } from "@strongroom/wire";
import type { Authority } from "../access/index.ts";

/**
 * Defines an operation of this server: its command, the members it supports with their limits, the
 * permissions it demands, its handler. An operation without permissions does not compile.
 */
export const operation = operationFor<Authority>();

/** What a handler gets beside its input. */
export type ServerCall = Call<Authority>;

/** A service whose callers are this server's. */
export type ServerService = Service<Authority>;
