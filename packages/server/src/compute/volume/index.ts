/**
 * Promise: what a job keeps in its volume rests encrypted under that volume's own key, is seen only by
 * the server and by the sandbox it is given to, and is gone when it is disposed of.
 * Invariants: the key is on no command line, in no file and in no environment; the plain view exists
 * only inside a mount namespace that ends with the server.
 * It must not decide which key is used, and must not know what a job is.
 */
export type { Volume, Volumes } from "./volume.ts";
export { openVolumes } from "./volumes.ts";
