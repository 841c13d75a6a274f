/**
 * Models, endpoint configurations and endpoints: a model server in an enclosure, and requests to it.
 *
 * Promise: an endpoint is InService once its container has answered a health check, and answers again after
 * a restart of the server. Invariants: a model server runs in its model's network with its model's role; it
 * is reached through that network alone. Must not: decide permissions, or know the format of captured data.
 */
export { endpointMigrations, EndpointStore } from "./endpoint-store.ts";
export { openEndpoints } from "./endpoints.ts";
export type { Endpoints, EndpointsSettings, OpenCapture } from "./endpoints.ts";
export type { CaptureStream, Exchange, Invocation, InvocationOutcome } from "./invocation.ts";
export type { ServerMeans } from "./model-server.ts";
export type {
  CaptureConfig,
  ContainerDefinition,
  Endpoint,
  EndpointConfig,
  EndpointConfigRequest,
  EndpointStatus,
  Model,
  ModelRequest,
  NamedFilter,
  ProductionVariant,
} from "./endpoint.ts";
