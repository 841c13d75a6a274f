import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import type { Authority } from "../../access/index.ts";
import type { Store } from "../../artifacts/index.ts";
import type { Clock } from "../../platform/index.ts";
import { ArchiveRefused, unpackArchive } from "../archive/index.ts";
import { limitsOf } from "../enclosure/index.ts";
import type { Enclosure, Enclosures } from "../enclosure/index.ts";
import type { Images } from "../images/index.ts";
import { isNoSpace, readS3Uri } from "../jobs/index.ts";
import { escapeControls } from "../logs/index.ts";
import type { Logs } from "../logs/index.ts";
import type { Sandbox } from "../sandbox/index.ts";
import { containerClient } from "./container-call.ts";
import type { ContainerClient } from "./container-call.ts";
import type { Endpoint, ModelRequest, ProductionVariant } from "./endpoint.ts";

export interface ServerMeans {
  readonly enclosures: Enclosures;
  readonly images: Images;
  readonly objects: Pick<Store, "get">;
  readonly logs: Pick<Logs, "open">;
  readonly clock: Clock;
}

/** A model server that answered /ping. Disposing leaves nothing of it. */
export interface ModelServer extends AsyncDisposable {
  readonly kind: "healthy";
  readonly client: ContainerClient;
  readonly imageDigest: string;
  readonly modelSha256?: string;
  readonly modelVersionId?: string;
  /** The model's role, from its network: data capture is written in its name. */
  authority(): Authority;
  /** Resolves when the container has ended by itself. */
  readonly ended: Promise<void>;
}

export interface ModelServerRefused {
  readonly kind: "refused";
  readonly message: string;
}

const healthWithinMs = 4 * 60_000;
const pingTimeoutMs = 2_000;
const pingEveryMs = 50;
const unpackedBytesMax = 20 * 1024 ** 3;
const graceMs = 30_000;
/** What instances of the general kinds have on SageMaker. */
const volumeSizeGiBDefault = 30;

/** Starts the endpoint's model server and waits until it is healthy. */
export async function startModelServer(
  means: ServerMeans,
  endpoint: Endpoint,
  signal: AbortSignal,
): Promise<ModelServer | ModelServerRefused> {
  await using made = new AsyncDisposableStack();
  const { model } = endpoint;
  const [variant] = endpoint.config.ProductionVariants;
  if (variant === undefined) return refused("the endpoint's configuration has no production variant");
  const image = await means.images.resolve(model.PrimaryContainer.Image);
  if ("problem" in image) return refused(image.problem);
  const volumeKey = endpoint.volumeKey ?? endpoint.config.KmsKeyId;
  const opened = await means.enclosures.open({
    ownerArn: endpoint.arn,
    name: endpoint.name,
    submitter: endpoint.submitter,
    roleArn: model.ExecutionRoleArn,
    volumeSizeGiB: variant.VolumeSizeInGB ?? volumeSizeGiBDefault,
    isIsolated: model.VpcConfig === undefined || model.EnableNetworkIsolation === true,
    ...(model.VpcConfig === undefined ? {} : { vpc: model.VpcConfig }),
    ...(volumeKey === undefined || volumeKey === "" ? {} : { volumeKmsKeyId: volumeKey }),
  });
  if (opened.kind === "refused") return refused(opened.message);
  const enclosure = made.use(opened);
  const artifact = await bringModel(means, enclosure, model);
  if (artifact.kind === "refused") return artifact;
  const sandbox = await startContainer(means, endpoint, variant, enclosure, image.spec, made);
  const client = made.use(containerClient(enclosure.network));
  let breach: string | undefined;
  void enclosure.broken.then((why) => {
    breach = why;
    sandbox.kill("SIGKILL");
  });
  const healthy = await untilHealthy(client, sandbox, signal);
  if (healthy !== undefined) return refused(breach ?? healthy);
  const owned = made.move();
  const { sha256, versionId } = artifact;
  return {
    kind: "healthy",
    client,
    imageDigest: image.digest,
    ...(sha256 === undefined ? {} : { modelSha256: sha256 }),
    ...(versionId === undefined ? {} : { modelVersionId: versionId }),
    authority: () => enclosure.authority(),
    ended: sandbox.exit.then(() => undefined),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

type Artifact =
  { readonly kind: "unpacked"; readonly sha256?: string; readonly versionId?: string } | ModelServerRefused;

/** ③ The model, with the role's right to read it, unpacked where the container reads it. */
async function bringModel({ objects }: ServerMeans, enclosure: Enclosure, model: ModelRequest): Promise<Artifact> {
  const folder = join(enclosure.root, "model");
  await mkdir(folder, { recursive: true });
  const url = model.PrimaryContainer.ModelDataUrl;
  if (url === undefined) return { kind: "unpacked" };
  const location = readS3Uri(url);
  if (location === undefined) return refused(`the ModelDataUrl is not an S3 URI: ${url}`);
  const got = await objects.get({ authority: enclosure.authority(), ...location });
  if (got.kind === "refused") return refused(`Could not load the model data from ${url}: ${got.message}`);
  try {
    await unpackArchive(got.body, folder, unpackedBytesMax);
    // Without a word the disk may have lost what it had no room for.
    await enclosure.volume.settle();
  } catch (error) {
    if (isNoSpace(error))
      return refused(`the model data ${url} has no room on the volume. Use a larger VolumeSizeInGB.`);
    if (!(error instanceof ArchiveRefused)) throw error;
    return refused(`the model data ${url} cannot be unpacked: ${error.message}`);
  }
  await chmod(folder, 0o555);
  return { kind: "unpacked", sha256: got.sha256, versionId: got.versionId };
}

async function startContainer(
  means: ServerMeans,
  endpoint: Endpoint,
  variant: ProductionVariant,
  enclosure: Enclosure,
  image: Parameters<Enclosure["start"]>[0]["image"],
  made: AsyncDisposableStack,
): Promise<Sandbox> {
  const begunAt = Math.floor(means.clock.now().getTime() / 1000);
  const stream = `${variant.VariantName}/i-${begunAt.toString(16).padStart(17, "0")}`;
  const log = made.use(means.logs.open(`/aws/sagemaker/Endpoints/${endpoint.name}`, stream));
  const sandbox = await enclosure.start({
    image,
    args: ["serve"],
    environment: endpoint.model.PrimaryContainer.Environment ?? {},
    limits: limitsOf(variant.InstanceType) ?? {},
    onOutput: (line) => log.line(escapeControls(line)),
  });
  made.defer(() => stopContainer(sandbox));
  return sandbox;
}

/** SIGTERM, 30 s, SIGKILL. */
async function stopContainer(sandbox: Sandbox): Promise<void> {
  sandbox.kill("SIGTERM");
  const kill = setTimeout(() => sandbox.kill("SIGKILL"), graceMs);
  await sandbox.exit;
  clearTimeout(kill);
  await sandbox[Symbol.asyncDispose]();
}

/** Undefined once /ping answers 200; else why it never will. */
async function untilHealthy(
  client: ContainerClient,
  sandbox: Sandbox,
  signal: AbortSignal,
): Promise<string | undefined> {
  const deadline = Date.now() + healthWithinMs;
  let exited: number | null | undefined;
  sandbox.exit.then(
    ({ code }) => (exited = code),
    () => (exited = null),
  );
  while (Date.now() < deadline) {
    if (signal.aborted) return "the endpoint was deleted while it was created";
    if (exited !== undefined) {
      return `The primary container for production variant ended with exit code ${exited ?? "none"} before it was healthy. Please check CloudWatch logs for this endpoint.`;
    }
    const answer = await client.call({ method: "GET", path: "/ping", timeoutMs: pingTimeoutMs });
    if (answer.kind === "answered" && answer.status === 200) return undefined;
    await wait(pingEveryMs);
  }
  return "The primary container for production variant did not pass the ping health check. Please check CloudWatch logs for this endpoint.";
}

function refused(message: string): ModelServerRefused {
  return { kind: "refused", message };
}
