import { setTimeout as wait } from "node:timers/promises";

import type { Authority } from "../../access/index.ts";
import { faultText, untilWritten, type Log } from "../../platform/index.ts";
import { limitsOf } from "../enclosure/index.ts";
import type { Submitter } from "../enclosure/index.ts";
import { failureReasonOf, readS3Uri } from "../jobs/index.ts";
import type { KeyArnOf } from "../jobs/index.ts";
import type {
  CaptureConfig,
  Endpoint,
  EndpointConfig,
  EndpointConfigRequest,
  Model,
  ModelRequest,
  NamedFilter,
} from "./endpoint.ts";
import type { EndpointStore } from "./endpoint-store.ts";
import type { CaptureStream, Invocation, InvocationOutcome } from "./invocation.ts";
import { invoke } from "./invoke.ts";
import type { Serving } from "./invoke.ts";
import { startModelServer } from "./model-server.ts";
import type { ModelServer, ServerMeans } from "./model-server.ts";

export interface CapturedEndpoint {
  readonly name: string;
  readonly variantName: string;
  readonly capture: CaptureConfig;
  /** The parts of its DestinationS3Uri. */
  readonly destination: { readonly bucket: string; readonly key: string };
}

/** Opens the capture of one endpoint; `authority` is the model's role. */
export type OpenCapture = (endpoint: CapturedEndpoint, authority: () => Authority) => CaptureStream;

type Made<T> =
  | { readonly kind: "made"; readonly thing: T }
  | { readonly kind: "name-taken"; readonly arn: string }
  | { readonly kind: "invalid"; readonly message: string };

export interface Endpoints extends AsyncDisposable {
  createModel(request: ModelRequest, submitter: Submitter): Made<Model>;
  /** The key ARN that any of a key's names stands for now: what policies about configurations compare. */
  keyArnOf(name: string): string;
  createConfig(request: EndpointConfigRequest): Made<EndpointConfig>;
  /** Answers at once, as SageMaker does; the endpoint is Creating. */
  create(x: { name: string; configName: string }): Made<Endpoint>;
  model(name: string): Model | undefined;
  config(name: string): EndpointConfig | undefined;
  endpoint(name: string): Endpoint | undefined;
  models(filter: NamedFilter): Model[];
  configs(filter: NamedFilter): EndpointConfig[];
  endpoints(filter: NamedFilter): Endpoint[];
  deleteModel(name: string): boolean;
  deleteConfig(name: string): boolean;
  delete(name: string): "deleting" | "no-such-endpoint";
  invoke(invocation: Invocation): Promise<InvocationOutcome>;
  /** Starts again every endpoint that an earlier server left. Call it once. */
  recover(): void;
}

export interface EndpointsSettings {
  readonly region: string;
  readonly accountId: string;
  readonly openCapture: OpenCapture;
  readonly keyArnOf: KeyArnOf;
}

const restartsMax = 5;
const restartAfterMs = 1000;

export function openEndpoints(
  store: EndpointStore,
  means: ServerMeans,
  log: Log,
  settings: EndpointsSettings,
): Endpoints {
  return new Hosting(store, means, log, settings);
}

interface Running {
  readonly abort: AbortController;
  readonly done: Promise<void>;
  serving: Serving | undefined;
}

class Hosting implements Endpoints {
  readonly #store: EndpointStore;
  readonly #means: ServerMeans;
  readonly #log: Log;
  readonly #settings: EndpointsSettings;
  readonly #running = new Map<string, Running>();
  #isClosed = false;

  constructor(store: EndpointStore, means: ServerMeans, log: Log, settings: EndpointsSettings) {
    this.#store = store;
    this.#means = means;
    this.#log = log;
    this.#settings = settings;
  }

  createModel(request: ModelRequest, submitter: Submitter): Made<Model> {
    const { Image, ModelDataUrl } = request.PrimaryContainer;
    const fault = this.#means.images.faultOf(Image);
    if (fault !== undefined) return { kind: "invalid", message: fault };
    if (ModelDataUrl !== undefined && readS3Uri(ModelDataUrl) === undefined) {
      return { kind: "invalid", message: `PrimaryContainer.ModelDataUrl is not an S3 URI: ${ModelDataUrl}` };
    }
    const arn = this.#arn("model", request.ModelName);
    const unusable = this.#means.enclosures.roleFault(submitter, request.ExecutionRoleArn, arn);
    if (unusable !== undefined) return { kind: "invalid", message: unusable };
    const model = { arn, request, submitter, createdAt: this.#now() };
    return this.#added(this.#store.add("model", request.ModelName, model), model);
  }

  keyArnOf(name: string): string {
    return this.#settings.keyArnOf(name);
  }

  createConfig(request: EndpointConfigRequest): Made<EndpointConfig> {
    const fault = this.#configFault(request);
    if (fault !== undefined) return { kind: "invalid", message: fault };
    const arn = this.#arn("endpoint-config", request.EndpointConfigName);
    const { KmsKeyId: key } = request;
    const volumeKey = key === undefined || key === "" ? undefined : this.#settings.keyArnOf(key);
    const config = { arn, request, ...(volumeKey === undefined ? {} : { volumeKey }), createdAt: this.#now() };
    return this.#added(this.#store.add("config", request.EndpointConfigName, config), config);
  }

  create(x: { name: string; configName: string }): Made<Endpoint> {
    const config = this.#store.get("config", x.configName);
    if (config === undefined) {
      const arn = this.#arn("endpoint-config", x.configName);
      return { kind: "invalid", message: `Could not find endpoint configuration "${arn}".` };
    }
    const modelName = config.request.ProductionVariants[0]?.ModelName ?? "";
    const model = this.#store.get("model", modelName);
    if (model === undefined) {
      return { kind: "invalid", message: `Could not find model "${this.#arn("model", modelName)}".` };
    }
    const now = this.#now();
    const endpoint: Endpoint = {
      arn: this.#arn("endpoint", x.name),
      name: x.name,
      status: "Creating",
      config: config.request,
      ...(config.volumeKey === undefined ? {} : { volumeKey: config.volumeKey }),
      model: model.request,
      submitter: model.submitter,
      createdAt: now,
      modifiedAt: now,
    };
    const made = this.#added(this.#store.add("endpoint", x.name, endpoint), endpoint);
    if (made.kind === "made") this.#start(endpoint);
    return made;
  }

  model(name: string): Model | undefined {
    return this.#store.get("model", name);
  }

  config(name: string): EndpointConfig | undefined {
    return this.#store.get("config", name);
  }

  endpoint(name: string): Endpoint | undefined {
    return this.#store.get("endpoint", name);
  }

  models(filter: NamedFilter): Model[] {
    return this.#store.list("model", filter);
  }

  configs(filter: NamedFilter): EndpointConfig[] {
    return this.#store.list("config", filter);
  }

  endpoints(filter: NamedFilter): Endpoint[] {
    return this.#store.list("endpoint", filter);
  }

  deleteModel(name: string): boolean {
    return this.#store.delete("model", name);
  }

  deleteConfig(name: string): boolean {
    return this.#store.delete("config", name);
  }

  delete(name: string): "deleting" | "no-such-endpoint" {
    if (this.#store.get("endpoint", name) === undefined) return "no-such-endpoint";
    this.#change(name, { status: "Deleting" });
    const running = this.#running.get(name);
    if (running === undefined) this.#store.delete("endpoint", name);
    else running.abort.abort();
    return "deleting";
  }

  async invoke(invocation: Invocation): Promise<InvocationOutcome> {
    const serving = this.#running.get(invocation.endpointName)?.serving;
    if (serving !== undefined) return await invoke(serving, invocation);
    const endpoint = this.#store.get("endpoint", invocation.endpointName);
    if (endpoint === undefined) {
      const message = `Endpoint ${invocation.endpointName} of account ${this.#settings.accountId} not found.`;
      return { kind: "invalid", message };
    }
    if (endpoint.status === "InService") {
      return { kind: "unavailable", message: `Endpoint ${endpoint.name} is being restarted.` };
    }
    return { kind: "invalid", message: `Endpoint ${endpoint.name} is not in service: it is ${endpoint.status}.` };
  }

  recover(): void {
    const all = { sortBy: "CreationTime", ascending: true, skip: 0, limit: Number.MAX_SAFE_INTEGER } as const;
    for (const endpoint of this.#store.list("endpoint", all)) {
      if (endpoint.status === "Deleting") this.#store.delete("endpoint", endpoint.name);
      else if (endpoint.status !== "Failed") this.#start(endpoint);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    const running = [...this.#running.values()];
    for (const { abort } of running) abort.abort();
    await Promise.all(running.map(({ done }) => done));
  }

  #start(endpoint: Endpoint): void {
    const abort = new AbortController();
    // The run begins after the endpoint is on the list, so that a deletion finds it.
    const done = Promise.resolve()
      .then(() => this.#keep(endpoint, abort.signal))
      .finally(() => {
        this.#running.delete(endpoint.name);
        return this.#untilWritten(() => {
          if (this.#store.get("endpoint", endpoint.name)?.status !== "Deleting") return;
          this.#store.delete("endpoint", endpoint.name);
        });
      });
    this.#running.set(endpoint.name, { abort, done, serving: undefined });
  }

  /** Runs the endpoint until it is aborted, starting its container anew when that ends by itself. */
  async #keep(endpoint: Endpoint, signal: AbortSignal): Promise<void> {
    for (let restarts = 0; !signal.aborted; restarts += 1) {
      const failure = await this.#serveOnce(endpoint, signal).catch((error: unknown) => {
        this.#log.error("an endpoint failed in the server", { fault: faultText(error) });
        return failureReasonOf(error);
      });
      if (isAborted(signal)) return;
      if (failure !== undefined || restarts >= restartsMax) {
        const failureReason = failure ?? `The container of the endpoint ended ${restarts + 1} times.`;
        await this.#untilWritten(() => this.#change(endpoint.name, { status: "Failed", failureReason }));
        return;
      }
      await wait(restartAfterMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** What has become of an endpoint is told, though the disk be full for a while. */
  async #untilWritten(write: () => void): Promise<void> {
    await untilWritten(write, {
      onFault: (error) => this.#log.error("an endpoint's state was not stored", { fault: faultText(error) }),
      isOver: () => this.#isClosed,
    });
  }

  /** Undefined when the container ended after it was in service; else why it never was. */
  async #serveOnce(endpoint: Endpoint, signal: AbortSignal): Promise<string | undefined> {
    const started = await startModelServer(this.#means, endpoint, signal);
    if (started.kind === "refused") return started.message;
    await using server = started;
    await using capture = this.#captureOf(endpoint, server);
    const running = this.#running.get(endpoint.name);
    if (running === undefined || signal.aborted) return undefined;
    running.serving = { endpoint, client: server.client, capture };
    this.#change(endpoint.name, {
      status: "InService",
      imageDigest: server.imageDigest,
      ...(server.modelSha256 === undefined ? {} : { modelSha256: server.modelSha256 }),
      ...(server.modelVersionId === undefined ? {} : { modelVersionId: server.modelVersionId }),
    });
    await Promise.race([server.ended, aborted(signal)]);
    running.serving = undefined;
    return undefined;
  }

  #captureOf(endpoint: Endpoint, server: ModelServer): CaptureStream | undefined {
    const { DataCaptureConfig: capture, ProductionVariants: variants } = endpoint.config;
    const [variant] = variants;
    const destination = capture && readS3Uri(capture.DestinationS3Uri);
    if (capture?.EnableCapture !== true || variant === undefined || destination === undefined) return undefined;
    const about = { name: endpoint.name, variantName: variant.VariantName, capture, destination };
    return this.#settings.openCapture(about, () => server.authority());
  }

  #configFault({
    ProductionVariants: variants,
    DataCaptureConfig: capture,
  }: EndpointConfigRequest): string | undefined {
    const [variant] = variants;
    if (variant === undefined || variants.length > 1) return "ProductionVariants: exactly one variant is supported";
    if (this.#store.get("model", variant.ModelName) === undefined) {
      return `Could not find model "${this.#arn("model", variant.ModelName)}".`;
    }
    if (limitsOf(variant.InstanceType) === undefined) {
      return `ProductionVariants.InstanceType ${variant.InstanceType} is not an instance type of this environment`;
    }
    if (capture !== undefined && readS3Uri(capture.DestinationS3Uri) === undefined) {
      return `DataCaptureConfig.DestinationS3Uri is not an S3 URI: ${capture.DestinationS3Uri}`;
    }
    return undefined;
  }

  #added<T extends { readonly arn: string }>(isNew: boolean, thing: T): Made<T> {
    return isNew ? { kind: "made", thing } : { kind: "name-taken", arn: thing.arn };
  }

  #change(name: string, part: Partial<Endpoint>): void {
    this.#store.update("endpoint", name, (endpoint) => {
      // What is being deleted stays so, whatever its start still reports.
      const status = endpoint.status === "Deleting" ? { status: endpoint.status } : {};
      return { ...endpoint, ...part, ...status, modifiedAt: this.#now() };
    });
  }

  #arn(kind: string, name: string): string {
    return `arn:aws:sagemaker:${this.#settings.region}:${this.#settings.accountId}:${kind}/${name}`;
  }

  #now(): number {
    return this.#means.clock.now().getTime();
  }
}

/** Asked anew after every wait. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
}
