/**
 * ① Compute: jobs and endpoints that run inside walls.
 *
 * Promise: whatever runs for somebody runs in a sandbox, in its own network, on a volume encrypted under a
 * key of theirs, with its role's temporary credentials and nothing else; what the host cannot enforce is
 * refused by name. Invariants: see the folders' own faces.
 * Must not: speak the wire's protocols, or decide permissions itself.
 */
import { endpointMigrations } from "./endpoints/index.ts";
import { jobMigrations } from "./jobs/index.ts";
import { logMigrations } from "./logs/index.ts";
import { tagMigrations } from "./tags/index.ts";

/** Jobs, endpoints and logs; the network's own migrations are its own. */
export const computeMigrations = [...logMigrations, ...jobMigrations, ...endpointMigrations, ...tagMigrations];

export { openCredentialResponder } from "./credentials/index.ts";
export type { CredentialResponder } from "./credentials/index.ts";
export { openEnclosures } from "./enclosure/index.ts";
export type { EnclosureMeans, Enclosures, Submitter } from "./enclosure/index.ts";
export { EndpointStore, openEndpoints } from "./endpoints/index.ts";
export type {
  CaptureConfig,
  CaptureStream,
  Endpoint,
  EndpointConfig,
  EndpointConfigRequest,
  Endpoints,
  EndpointsSettings,
  EndpointStatus,
  Exchange,
  Invocation,
  InvocationOutcome,
  Model,
  ModelRequest,
  NamedFilter,
  OpenCapture,
  ProductionVariant,
} from "./endpoints/index.ts";
export { openImages } from "./images/index.ts";
export type { ImageDefinition, Images, ResolvedImage } from "./images/index.ts";
export {
  JobStore,
  keyContext,
  openJobs,
  present,
  sagemakerService,
  tagContext,
  tagPermissions,
  vpcContext,
} from "./jobs/index.ts";
export type {
  ExperimentConfig,
  InputEvidence,
  Job,
  JobEvidence,
  JobFilter,
  JobKind,
  JobPins,
  JobRequest,
  Jobs,
  JobsSettings,
  JobStatus,
  MetricValue,
  ObjectVersion,
  OutputEvidence,
  ProcessingInput,
  ProcessingJob,
  ProcessingJobRequest,
  ProcessingOutput,
  RunMeans,
  SecondaryStatus,
  Submission,
  SubmitOutcome,
  Tag,
  TrainingJob,
  TrainingJobRequest,
  Transition,
  VpcConfig,
} from "./jobs/index.ts";
export { LogStore, logTagsMax, openLogs } from "./logs/index.ts";
export type { EventQuery, LogEvent, LogEventRow, LogGroupRow, Logs, LogStreamRow, LogTags } from "./logs/index.ts";
export { ResourceTags, tagsMax } from "./tags/index.ts";
export type { ResourceTag } from "./tags/index.ts";
export { probeHost, whyNot } from "./host/index.ts";
export type { Control, HostControl, HostReport } from "./host/index.ts";
export { endpointPort, networkMigrations, networkTagsMax, openNetworks } from "./network/index.ts";
export type {
  Attached,
  Attachments,
  EndpointAddress,
  NetworkRefusal,
  Networks,
  NetworkSettings,
  NetworkTags,
  NetworkWatcher,
  NewRule,
  SecurityGroup,
  SecurityGroupRule,
  SecurityGroups,
  Subnet,
  Subnets,
  Vpc,
  VpcEndpoint,
  VpcEndpoints,
  Vpcs,
} from "./network/index.ts";
export { instanceIdOf, openSandboxes } from "./sandbox/index.ts";
export type { ImageSpec, Sandboxes, SandboxSettings } from "./sandbox/index.ts";
export { openVolumes } from "./volume/index.ts";
export type { Volumes } from "./volume/index.ts";
