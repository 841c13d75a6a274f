/**
 * What every host of a job and every endpoint gets before anything of it runs: a network, a role and an
 * encrypted volume, in that order, each refused by name.
 *
 * Promise: nothing starts without all three; disposing takes away all of them. Invariants: the submitter's
 * right to pass the role is decided again here; the volume's data key is wiped once it is mounted.
 * Must not: know what a job or an endpoint is.
 */
export { isJobSession, openEnclosures, RoleUnusable } from "./enclosure.ts";
export type {
  Cluster,
  Enclosed,
  EnclosedStart,
  Enclosure,
  EnclosureMeans,
  EnclosureRefused,
  EnclosureRequest,
  Enclosures,
  Submitter,
} from "./enclosure.ts";
export { hostsMaxOf, limitsOf } from "./instance-type.ts";
