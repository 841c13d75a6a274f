/**
 * A whole server for tests: in a temporary folder, with the official clients ready in front of it.
 *
 * Promise: what a test meets is what users meet (TLS, signatures, policies, sandboxes), and when a
 * house is disposed no folder, namespace, mount or process of it is left.
 * Invariants: nothing is mocked but the clock, and that only where a test asks for it; clients do not
 * retry, so that no fault hides behind a second try.
 * It must not: reach into the server other than through its face, or be needed by anything but tests.
 */
export { Clients, type Credentials, type Place } from "./clients.ts";
export { hostLacks } from "./host.ts";
export { startIdentityProvider, type IdentityProvider } from "./identity-provider.ts";
export { startHouse, type HouseOptions, type TestHouse } from "./house.ts";
export { startHouseProcess, type HouseProcess, type HouseProcessOptions, type Room } from "./house-process.ts";
export { identityToken } from "./identity-token.ts";
export { newRole, newUser, type NewRole, type Statement } from "./people.ts";
export { clientProgram, run, type Ran } from "./program.ts";
export { refusalOf, type Refusal } from "./refusal.ts";
export { storedBytes } from "./stored-bytes.ts";
export { settle, witness, type Witness } from "./witness.ts";
