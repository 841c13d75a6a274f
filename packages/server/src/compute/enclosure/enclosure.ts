import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import type { Access, AssumedRole, Authority, Origin, Principal } from "../../access/index.ts";
import type { DataKeys } from "../../encryption/index.ts";
import type { CredentialResponder } from "../credentials/index.ts";
import type { Attached, Attachments } from "../network/index.ts";
import type { ImageSpec, Sandbox, SandboxLimits, Sandboxes } from "../sandbox/index.ts";
import type { Volume, Volumes } from "../volume/index.ts";
import { containerEnvironment } from "./container-environment.ts";

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
  /** Any name of a key; absent: the key that SageMaker manages. */
  readonly volumeKmsKeyId?: string;
}

export interface EnclosedStart {
  readonly image: ImageSpec;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly limits: SandboxLimits;
  onOutput(line: string): void;
}

/** A network, a volume and a role for one job or endpoint. Disposing leaves nothing of it. */
export interface Enclosure extends AsyncDisposable {
  readonly kind: "enclosed";
  /** What the sandbox sees as /opt/ml, on the server's side. */
  readonly root: string;
  readonly volumeKeyArn: string;
  /** Where the sandbox runs. */
  readonly network: Attached;
  /** The role, as the platform's transfers for it act: through the VPC's S3 endpoint. */
  authority(): Authority;
  write(path: string, content: string): Promise<void>;
  start(start: EnclosedStart): Promise<Sandbox>;
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
  /** ② Why SageMaker may not use the role for the submitter and for this resource; undefined if it may. */
  roleFault(submitter: Submitter, roleArn: string, forArn: string): string | undefined;
}

/** Where transfers for a job without a VPC come from: the platform itself. */
const ownOrigin: Origin = { kind: "host", sourceIp: "127.0.0.1" };
const roleRenewMs = 30 * 60_000;

export function openEnclosures(means: EnclosureMeans): Enclosures {
  return {
    roleFault: (submitter, roleArn, forArn) => roleFault(means, submitter, roleArn, forArn),
    async open(request) {
      // What was made so far is disposed of unless the enclosure takes it over.
      await using made = new AsyncDisposableStack();
      const opened = await assemble(means, request, made);
      if (opened.kind === "refused") return opened;
      const owned = made.move();
      return { ...opened, [Symbol.asyncDispose]: () => owned.disposeAsync() };
    },
  };
}

type Assembled = Omit<Enclosure, typeof Symbol.asyncDispose>;

async function assemble(
  means: EnclosureMeans,
  request: EnclosureRequest,
  made: AsyncDisposableStack,
): Promise<Assembled | EnclosureRefused> {
  // ② the submitter's policies as they are now: what was taken away since the request counts.
  const unpassable = roleFault(means, request.submitter, request.roleArn, request.ownerArn);
  if (unpassable !== undefined) return { kind: "refused", message: `AccessDenied: ${unpassable}` };
  const networks = await attach(means, request, made);
  if (networks.kind === "refused") return networks;
  const role = roleOf(means, request, networks.origins.s3);
  const acting = role();
  if (typeof acting === "string") return { kind: "refused", message: `AccessDenied: ${acting}` };
  const keyed = await makeVolume(means, request, networks.origins.kms, made);
  if (keyed.kind === "refused") return keyed;
  const { network } = networks;
  const root = keyed.volume.path;
  const relativeUri = grantCredentials(means, request, network, networks.origins.s3, made);
  return {
    kind: "enclosed",
    root,
    volumeKeyArn: keyed.keyArn,
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
        hosts: { "algo-1": network.address },
        onOutput: (line) => start.onOutput(line),
      });
    },
  };
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

interface AttachedNetworks {
  readonly kind: "attached";
  readonly network: Attached;
  readonly origins: { readonly s3: Origin; readonly kms: Origin };
}

/** ① The sandbox's network, and where the platform's transfers for it come from. */
async function attach(
  { walls: { attachments } }: EnclosureMeans,
  request: EnclosureRequest,
  made: AsyncDisposableStack,
): Promise<AttachedNetworks | EnclosureRefused> {
  const isolated = async (): Promise<Attached> => {
    return made.adopt(await attachments.isolated(request.ownerArn), (network) => network.detach());
  };
  if (request.vpc === undefined) {
    return { kind: "attached", network: await isolated(), origins: { s3: ownOrigin, kms: ownOrigin } };
  }
  const attached = await attachments.attach({
    ownerId: request.ownerArn,
    subnetIds: request.vpc.Subnets,
    securityGroupIds: request.vpc.SecurityGroupIds,
  });
  if (attached.kind === "refused") return { kind: "refused", message: `ClientError: ${attached.message}` };
  made.adopt(attached, (network) => network.detach());
  const { vpcId, address } = attached;
  if (vpcId === undefined) throw new Error("an attachment to subnets names its VPC");
  const s3 = attachments.originOf(vpcId, "s3", address);
  if (s3.kind === "refused") return { kind: "refused", message: `ClientError: ${s3.message}` };
  const kms = attachments.originOf(vpcId, "kms", address);
  const network = request.isIsolated ? await isolated() : attached;
  return { kind: "attached", network, origins: { s3, kms: kms.kind === "refused" ? s3 : kms } };
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
  origin: Origin,
  made: AsyncDisposableStack,
): Promise<Keyed> {
  const acting = roleOf(means, request, origin)();
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
    const volume = await means.walls.volumes.create({ ownerId: request.ownerArn, dataKey: key.plaintext });
    return { kind: "made", volume: made.use(volume), keyArn: key.keyArn };
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
