/**
 * Promise: what runs in a sandbox sees its image, its volume and its network namespace, and nothing
 * else of this machine; it is limited, it is reaped whole, and it never outlives the server.
 * Invariants: every wall stands before the first instruction of the image runs, or nothing starts; no
 * capability, no inherited descriptor, no variable that was not given.
 * It must not decide who may run what, and must not know what a job is.
 */
export type {
  ImageSpec,
  Sandbox,
  SandboxBind,
  SandboxExit,
  SandboxLimits,
  Sandboxes,
  SandboxStart,
} from "./sandbox.ts";
export { instanceIdOf, openSandboxes } from "./sandboxes.ts";
export type { SandboxSettings } from "./sandboxes.ts";
export { certificatesInside } from "./etc-folder.ts";
