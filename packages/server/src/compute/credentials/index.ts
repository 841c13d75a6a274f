/**
 * The role's temporary credentials for what runs inside a VPC, in the form in which ECS serves them.
 *
 * Promise: a job reads its own role's credentials at 169.254.170.2 and nobody else's; they are renewed
 * before they expire. Invariants: nothing is answered to an address other than the job's.
 * Must not: decide whether a role may be assumed.
 */
export { openCredentialResponder } from "./credential-responder.ts";
export type { CredentialGrant, CredentialResponder, GrantedCredentials } from "./credential-responder.ts";
