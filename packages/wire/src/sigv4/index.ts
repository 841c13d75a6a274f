/**
 * AWS Signature Version 4, the server's half.
 *
 * Promise: a request that passes `readClaim`, `verifyClaim` and the whole of `payloadOf` was made, as
 * it stands, by somebody who holds the secret of the key that it names.
 * Invariants: one verifier for every form and payload mode; the raw request target is what is
 * verified; an unknown key and a wrong signature are answered alike; secrets are compared in constant
 * time; a mode that is not known is refused.
 * It must not know who owns a key, read a clock, a file or a socket, or hold a body in memory.
 *
 * Order of calls: `readClaim(head)`; look the key up; where the mode is `hash-of-body`, `refusalOfHead(…)`,
 * then read the (bounded) body and hash it; `verifyClaim(…)`; `payloadOf(…)` around the body for every request.
 */
export { readClaim } from "./claim.ts";
export type { Claim } from "./claim.ts";
export { refusalOfHead, verifyClaim } from "./verify.ts";
export type { VerifyOptions } from "./verify.ts";
export { readFormClaim, readFormPayload, verifyFormClaim } from "./form-claim.ts";
export type { FormClaim } from "./form-claim.ts";
export { postPolicyFault } from "./post-policy.ts";
export { digestsOf, payloadOf, uncoveredPayloadOf } from "./payload.ts";
export type { BodyDigests, BodyHash, PayloadMeans, VerifiedPayload } from "./payload.ts";
export { PayloadRefused } from "./payload-refused.ts";
export type { Refusal } from "./refusal.ts";
export type { PathStyle } from "./canonical.ts";
export { gitPassword, readGitUserName, verifyGitPassword } from "./git-password.ts";
export type { GitSignIn } from "./git-password.ts";
export { checksum, checksumAlgorithms } from "./checksum.ts";
export type { ChecksumAlgorithm } from "./checksum.ts";
export type { RunningChecksum } from "./crc.ts";
export { ChunkSigner, presign, signRequest } from "./sign.ts";
export type { Signed, Signer } from "./sign.ts";
