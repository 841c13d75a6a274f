import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import type { Access, AssumedRole, Authority, Origin, Principal } from "../../access/index.ts";
import type { DataKeys } from "../../encryption/index.ts";
import type { CredentialResponder } from "../credentials/index.ts";
import type { Attached, Attachments } from "../network/index.ts";
import type { ImageSpec, Sandbox, SandboxLimits, Sandboxes } from "../sandbox/index.ts";
import { VolumeTooLarge } from "../volume/index.ts";
import type { Volume, Volumes } from "../volume/index.ts";
import { containerEnvironment } from "./container-environment.ts";
import { attachHosts } from "./host-networks.ts";
import type { HostNetwork } from "./host-networks.ts";

/** Who asked for something, and through which network: their right to pass a role is decided again later. */
export interface Submitter {
  readonly principal: Principal;
  readonly origin: Origin;
}

export interface EnclosureRequest {
  /** The ARN of the job or endpoint; it owns the attachment and the volume. */
  readonly ownerArn: string;
  readonly name: string;
  readonly submitter: Submitter;
  readonly roleArn: string;
  readonly vpc?: { readonly Subnets: readonly string[]; readonly SecurityGroupIds: readonly string[] };
  /** Runs without any network, whether or not `vpc` says where its transfers come from. */
  readonly isIsolated: boolean;
  /** What the volume of each host holds. */
  readonly volumeSizeGiB: number;
  /** Any name of a key; absent: the key that SageMaker manages. */
  readonly volumeKmsKeyId?: string;
}

export interface ClusterRequest extends EnclosureRequest {
  readonly hostCount: number;
  /** ④ Whether what the hosts say to each other is encrypted on its way. */
  readonly isTrafficEncrypted: boolean;
}

export interface EnclosedStart {
  readonly image: ImageSpec;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly limits: SandboxLimits;
  onOutput(line: string): void;
}

/** A network, a volume and a role for one host of a job, or for an endpoint. */
export interface Enclosed {
  readonly kind: "enclosed";
  /** What the other hosts of its job call it: algo-1, algo-2, … */
  readonly hostName: string;
  /** What the sandbox sees as /opt/ml, on the server's side. */
  readonly root: string;
  readonly volumeKeyArn: string;
  readonly volume: Pick<Volume, "isFull" | "settle">;
  /** Where the sandbox runs. */
  readonly network: Attached;
  /** The role, as the platform's transfers for it act: through the VPC's S3 endpoint. */
  authority(): Authority;
  write(path: string, content: string): Promise<void>;
  start(start: EnclosedStart): Promise<Sandbox>;
}

/** The one host of an endpoint. Disposing leaves nothing of it. */
export type Enclosure = Enclosed & AsyncDisposable & Pick<Cluster, "broken">;

/** All hosts of a job, in their order. Disposing leaves nothing of them. */
export interface Cluster extends AsyncDisposable {
  readonly kind: "cluster";
  readonly hosts: readonly [Enclosed, ...Enclosed[]];
  /** Resolves, and says why, if the encrypted way between the hosts or a volume ends by itself. */
  readonly broken: Promise<string>;
}

/** The role was taken away while something still acts as it. */
export class RoleUnusable extends Error {
  override readonly name = "RoleUnusable";
}

export interface EnclosureRefused {
  readonly kind: "refused";
  /** For a FailureReason: names the permission, the key or the endpoint. */
  readonly message: string;
}

export interface EnclosureMeans {
  readonly walls: { readonly attachments: Attachments; readonly volumes: Volumes; readonly sandboxes: Sandboxes };
  readonly roles: Pick<Access, "actAs" | "passRole" | "authorityFor">;
  readonly keys: Pick<DataKeys, "generate" | "serviceManaged">;
  readonly credentials: CredentialResponder;
  readonly region: string;
}

export interface Enclosures {
  open(request: EnclosureRequest): Promise<Enclosure | EnclosureRefused>;
  /** Several hosts in one network: all of them or none. */
  openCluster(request: ClusterRequest): Promise<Cluster | EnclosureRefused>;
  /** Why this machine cannot encrypt what the hosts of a job say to each other; undefined if it can. */
  readonly encryptionFault: string | undefined;
  /** ② Why SageMaker may not use the role for the submitter and for this resource; undefined if it may. */
  roleFault(submitter: Submitter, roleArn: string, forArn: string): string | undefined;
}

const roleRenewMs = 30 * 60_000;

export function openEnclosures(means: EnclosureMeans): Enclosures {
  return {
    encryptionFault: means.walls.attachments.encryptionFault,
    roleFault: (submitter, roleArn, forArn) => roleFault(means, submitter, roleArn, forArn),
    async open(request) {
      const opened = await openCluster(means, { ...request, hostCount: 1, isTrafficEncrypted: false });
      if (opened.kind === "refused") return opened;
      const { broken } = opened;
      return { ...opened.hosts[0], broken, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() };
    },
    openCluster: (request) => openCluster(means, request),
  };
}

async function openCluster(means: EnclosureMeans, request: ClusterRequest): Promise<Cluster | EnclosureRefused> {
  // What was made so far is disposed of unless the cluster takes it over.
  await using made = new AsyncDisposableStack();
  // ② the submitter's policies as they are now: what was taken away since the request counts.
  const unpassable = roleFault(means, request.submitter, request.roleArn, request.ownerArn);
  if (unpassable !== undefined) return { kind: "refused", message: `AccessDenied: ${unpassable}` };
  const networks = await attachHosts(means.walls.attachments, request, made);
  if (networks.kind === "refused") return networks;
  const hosts: Enclosed[] = [];
  const breaches = [networks.broken];
  for (const network of networks.hosts) {
    const host = await assemble(means, request, { own: network, all: networks.hosts }, made);
    if (host.kind === "refused") return host;
    hosts.push(host.enclosed);
    breaches.push(host.broken);
  }
  const [first, ...others] = hosts;
  if (first === undefined) throw new RangeError("a job has at least one host");
  const owned = made.move();
  const broken = Promise.race(breaches);
  return { kind: "cluster", hosts: [first, ...others], broken, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

interface Assembled {
  readonly kind: "assembled";
  readonly enclosed: Enclosed;
  readonly broken: Promise<string>;
}

async function assemble(
  means: EnclosureMeans,
  request: EnclosureRequest,
  { own, all }: { readonly own: HostNetwork; readonly all: readonly HostNetwork[] },
  made: AsyncDisposableStack,
): Promise<Assembled | EnclosureRefused> {
  const { hostName, network, origins } = own;
  const role = roleOf(means, request, origins.s3);
  const acting = role();
  if (typeof acting === "string") return { kind: "refused", message: `AccessDenied: ${acting}` };
  const keyed = await makeVolume(means, request, own, made);
  if (keyed.kind === "refused") return keyed;
  const { path: root, broken } = keyed.volume;
  const relativeUri = grantCredentials(means, request, network, origins.s3, made);
  const enclosed: Enclosed = {
    kind: "enclosed",
    hostName,
    root,
    volumeKeyArn: keyed.keyArn,
    volume: keyed.volume,
    network,
    authority: authorityOf(role),
    write: (path, content) => writeBelow(root, path, content),
    async start(start) {
      return await means.walls.sandboxes.start({
        image: start.image,
        args: start.args,
        environment: { ...start.environment, ...containerEnvironment(means.region, network, relativeUri) },
        limits: start.limits,
        netns: network.netns,
        volumeRoot: root,
        hostName,
        hosts: Object.fromEntries(all.map((host) => [host.hostName, host.network.address])),
        onOutput: (line) => start.onOutput(line),
      });
    },
  };
  return { kind: "assembled", enclosed, broken };
}

const sagemakerService = "sagemaker.amazonaws.com";

function roleFault(
  { roles }: EnclosureMeans,
  { principal, origin }: Submitter,
  roleArn: string,
  forArn: string,
): string | undefined {
  const authority = roles.authorityFor(principal, origin, { secureTransport: true });
  const passed = roles.passRole({ authority, roleArn, service: sagemakerService, sourceArn: forArn });
  return passed.kind === "passed" ? undefined : passed.message;
}

type ActingRole = () => AssumedRole | string;

function roleOf(means: EnclosureMeans, request: EnclosureRequest, origin: Origin): ActingRole {
  return () => {
    const acting = means.roles.actAs({
      roleArn: request.roleArn,
      service: sagemakerService,
      sessionName: sessionNameOf(request.name),
      origin,
      sourceArn: request.ownerArn,
    });
    return acting.kind === "session" ? acting : acting.message;
  };
}

/** The role's authority, taken anew from time to time so that a role that is gone does not act on. */
function authorityOf(role: ActingRole): () => Authority {
  let current: { readonly authority: Authority; readonly until: number } | undefined;
  return () => {
    if (current === undefined || current.until < Date.now()) {
      const acting = role();
      if (typeof acting === "string") throw new RoleUnusable(acting);
      current = { authority: acting.authority, until: Date.now() + roleRenewMs };
    }
    return current.authority;
  };
}

/** A session's name in the trail says which job acted; it has at most 64 characters. */
function sessionNameOf(name: string): string {
  return `${sessionPrefix}${name}`.slice(0, 64);
}

const sessionPrefix = "SageMaker-";

/** Whether a session of that name is what a job or an endpoint was given. */
export function isJobSession(sessionName: string): boolean {
  return sessionName.startsWith(sessionPrefix);
}

type Keyed = { readonly kind: "made"; readonly volume: Volume; readonly keyArn: string } | EnclosureRefused;

/** ④ A volume under a data key of its own, which only this call and the mount ever hold. */
async function makeVolume(
  means: EnclosureMeans,
  request: EnclosureRequest,
  { hostName, origins }: HostNetwork,
  made: AsyncDisposableStack,
): Promise<Keyed> {
  const acting = roleOf(means, request, origins.kms)();
  if (typeof acting === "string") return { kind: "refused", message: `AccessDenied: ${acting}` };
  const key = means.keys.generate({
    keyId: request.volumeKmsKeyId ?? means.keys.serviceManaged("sagemaker"),
    context: { "aws:sagemaker:arn": request.ownerArn },
    authority: acting.authority,
    via: "sagemaker",
  });
  if (key.kind === "refused") {
    const keyName = request.volumeKmsKeyId ?? "aws/sagemaker";
    return { kind: "refused", message: `ClientError: the volume's key ${keyName} cannot be used: ${key.message}` };
  }
  try {
    await key.noted;
    const volume = await means.walls.volumes.create({
      ownerId: `${request.ownerArn}/${hostName}`,
      dataKey: key.plaintext,
      sizeGiB: request.volumeSizeGiB,
    });
    return { kind: "made", volume: made.use(volume), keyArn: key.keyArn };
  } catch (error) {
    if (!(error instanceof VolumeTooLarge)) throw error;
    return { kind: "refused", message: `ClientError: VolumeSizeInGB: ${error.message}` };
  } finally {
    key.plaintext.fill(0);
  }
}

/** ② Credentials for what runs inside the network; none where it has no network. */
function grantCredentials(
  means: EnclosureMeans,
  request: EnclosureRequest,
  network: Attached,
  origin: Origin,
  made: AsyncDisposableStack,
): string | undefined {
  if (network.vpcId === undefined) return undefined;
  const granted = means.credentials.grant({
    vpcId: network.vpcId,
    address: network.address,
    roleArn: request.roleArn,
    issue: () => {
      const acting = roleOf(means, request, origin)();
      return typeof acting === "string" ? acting : acting.credentials;
    },
  });
  return made.use(granted).relativeUri;
}

async function writeBelow(root: string, path: string, content: string): Promise<void> {
  const full = join(root, path);
  await mkdir(dirname(full), { recursive: true });
  await writeFile(full, content, { mode: 0o644 });
}
