/**
 * AWS on the wire, for a server: which operation a request is for, its input out of the bytes, and
 * the answer into bytes, for awsJson, awsQuery, ec2Query, restXml and restJson.
 *
 * Promise: an input that comes out of decode() has the types, the required members and the limits
 * that its operation states, and holds nothing that the operation does not support; malformed
 * requests are AwsErrors of the 400 class and never another exception; an answer never carries the
 * text of an internal error.
 * Invariants: shapes come from the schemas of the official clients alone; an operation cannot be
 * written without its permissions.
 * It must not: know what a service means, read files, open sockets, or look at a clock.
 */
export type { Answer, CommandClass, Validated } from "./command.ts";
export { blob, flag, given, integer, list, map, type Members, number, oneOf, stream, text, timestamp } from "./rule.ts";
export {
  type Call,
  type DefineOperation,
  type Definition,
  noPermissionNeeded,
  type NoPermissionNeeded,
  type Operation,
  operationFor,
  type Permission,
} from "./operation.ts";
export { headerText, isHeaderName, isHeaderValue, textOfHeader } from "./header-text.ts";
export { placed } from "./mixed-lists.ts";
export { AwsError, type ErrorName, type ErrorStyle } from "./error.ts";
export {
  type FaultCode,
  type OperationRow,
  operationsOf,
  type Protocol,
  type RecordedAs,
  service,
  type Service,
  type ServiceSettings,
} from "./service.ts";
export { awsServices, ec2Errors, jsonErrors, queryErrors, s3Errors } from "./service-settings.ts";
export type { HttpAnswer, HttpRequestHead } from "./http.ts";
export { type Routed, type RoutedByBody, type RoutedOperation, route, type RouteRefusal } from "./route.ts";
export { routeUnsigned, takesUnsigned } from "./route-unsigned.ts";
export { bucketOf } from "./bucket-of.ts";
export { formUploadTarget, routedUpload } from "./form-upload.ts";
export { taggingHeaderOf } from "./form-tagging.ts";
export { accessDenied, decode, encode, encodeError } from "./codec.ts";
export {
  checksum,
  type ChecksumAlgorithm,
  checksumAlgorithms,
  ChunkSigner,
  type Claim,
  digestsOf,
  type FormClaim,
  gitPassword,
  type GitSignIn,
  type PathStyle,
  payloadOf,
  PayloadRefused,
  postPolicyFault,
  presign,
  readClaim,
  readFormClaim,
  readFormPayload,
  readGitUserName,
  type Refusal,
  refusalOfHead,
  type RunningChecksum,
  type Signed,
  type Signer,
  signRequest,
  uncoveredPayloadOf,
  type BodyDigests,
  type BodyHash,
  type PayloadMeans,
  type VerifiedPayload,
  verifyClaim,
  verifyFormClaim,
  verifyGitPassword,
} from "./sigv4/index.ts";
export { redacted } from "./redacted.ts";
