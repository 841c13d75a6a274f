/**
 * Promise: what a job keeps in its volume rests encrypted under that volume's own key, is seen only by
 * the server and by the sandbox it is given to, and is gone when it is disposed of. It takes what was asked for, and
 * no more; where all of them together fill the machine's disk, one has to go before the audit trail has no room.
 * Invariants: the key is on no command line, in no file and in no environment; the plain view exists
 * only inside a mount namespace that ends with the server.
 * It must not decide which key is used, and must not know what a job is.
 */
export { VolumeLost, VolumeTooLarge } from "./volume.ts";
export type { Volume, Volumes } from "./volume.ts";
export { openVolumes } from "./volumes.ts";
