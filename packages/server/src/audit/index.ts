/**
 * Objective 5, traceability: the trail of everything that was asked of this server.
 *
 * Promise: what record() has acknowledged is on the disk, sealed, and stays there; whoever changes,
 * removes, repeats or moves a record, or cuts off the end, is found by verify().
 * Invariants: records form one chain of SHA-256 hashes over the ciphertext, so it can be checked
 * without any key; a record opens only at its own place; the chain's head is also kept outside the
 * files; after a failed write or sync nothing is acknowledged any more.
 * It must not: answer before the disk has the record, try a failed sync again, hold secrets or
 * bodies of requests, or know what an event means.
 */
export { cloudTrailRecord } from "./event.ts";
export type { EventResource, TrailEvent, UserIdentity } from "./event.ts";
export type { NumberedEvent } from "./follow.ts";
export type { FoundRequest } from "./find-request.ts";
export { openTrail } from "./trail.ts";
export type { Trail, TrailSettings } from "./trail.ts";
export { TrailBroken } from "./appender.ts";
export { anchorIn, migrations } from "./audit-store.ts";
export type { Anchor } from "./anchor.ts";
export type { TrailDamage } from "./open-trail.ts";
export type { Head, Sealer } from "./trail-record.ts";
export { userNameOf } from "./lookup.ts";
export type { TrailPage, TrailQuery } from "./lookup.ts";
export { verifyTrail } from "./verify-trail.ts";
export type { TrailVerdict, VerifySettings } from "./verify-trail.ts";
