/**
 * Strongroom's own few operations, which AWS has no API for: verify the trail, explain a request,
 * reproduce a training job, read a model's provenance, sign in and out. Shared by the server, which serves them, and the command line.
 * It must not: know how they are done.
 */
export { adminService } from "./service.ts";
export type {
  ExplainedCondition,
  ExplainedDenial,
  ExplainedEvent,
  ExplainedStatement,
  ExplainedStep,
  ListedRefusal,
  RequestExplanation,
} from "./explanation.ts";
export { AdminClient, AdminError } from "./client.ts";
export type { AdminClientSettings, AdminCredentials } from "./client.ts";
export * as adminOperations from "./operations.ts";
export {
  ContinueSignInCommand,
  DescribeProvenanceCommand,
  DescribeReproductionCommand,
  DescribeSignInSettingsCommand,
  ExplainRequestCommand,
  ListRefusalsCommand,
  ReproduceTrainingJobCommand,
  RevokeSessionsCommand,
  ScrubStorageCommand,
  SignInCommand,
  SignOutCommand,
  UnlockUserCommand,
  UpdateSignInSettingsCommand,
  VerifyAuditCommand,
} from "./operations.ts";
export type {
  DescribeProvenanceResponse,
  DescribeReproductionResponse,
  ExplainRequestResponse,
  ListRefusalsResponse,
  ReproduceTrainingJobResponse,
  VerifyAuditResponse,
} from "./operations.ts";
export type { RevokeSessionsResponse } from "./session-operations.ts";
export type { SignInResponse } from "./sign-in-operations.ts";
