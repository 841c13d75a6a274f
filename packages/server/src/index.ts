/**
 * The server as a library, for the tests' whole houses.
 *
 * Promise: openHouse() is what main.ts runs: the same house, without a process of its own.
 * It must not: show the insides of a domain, or anything that makes a house less strict.
 */
export { openHouse } from "./app.ts";
export type { House } from "./app.ts";
export { instanceIdOf, probeHost } from "./compute/index.ts";
export { defaultAccountId, defaultRegion, lineLog, systemClock, TurnableClock } from "./platform/index.ts";
export type { Clock } from "./platform/index.ts";
