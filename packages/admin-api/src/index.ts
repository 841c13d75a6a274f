/**
 * Strongroom's own few operations, which AWS has no API for: verify the trail, reproduce a training
 * job, read a model's provenance. Shared by the server, which serves them, and the command line.
 * It must not: know how they are done.
 */
export { adminService } from "./service.ts";
export { AdminClient, AdminError } from "./client.ts";
export type { AdminClientSettings, AdminCredentials } from "./client.ts";
export * as adminOperations from "./operations.ts";
export {
  DescribeProvenanceCommand,
  DescribeReproductionCommand,
  ReproduceTrainingJobCommand,
  VerifyAuditCommand,
} from "./operations.ts";
export type {
  DescribeProvenanceResponse,
  DescribeReproductionResponse,
  ReproduceTrainingJobResponse,
  VerifyAuditResponse,
} from "./operations.ts";
