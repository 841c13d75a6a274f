/**
 * Promise: says, wall by wall, whether this machine can hold it, and what is missing where it cannot.
 * Invariant: a wall counts as held only if it was tried here and stood.
 * It must not set anything up that stays, and must not decide what to do about what is missing.
 */
export { probeHost, whyNot } from "./probe.ts";
export type { Control, HostControl, HostReport } from "./probe.ts";
