import type { Origin } from "../../access/index.ts";
import type { Attached, Attachments } from "../network/index.ts";
import type { ClusterRequest, EnclosureRefused } from "./enclosure.ts";

export interface HostNetwork {
  readonly hostName: string;
  /** Where the sandbox runs. */
  readonly network: Attached;
  /** Where the platform's transfers for it come from. */
  readonly origins: { readonly s3: Origin; readonly kms: Origin };
}

/** Where transfers for a job without a VPC come from: the platform itself. */
const ownOrigin: Origin = { kind: "host", sourceIp: "127.0.0.1" };

interface Attaching {
  readonly kind: "attached";
  readonly hosts: readonly HostNetwork[];
  readonly broken: Promise<string>;
}

/**
 * ① The network of every host of a job. An isolated job that names a VPC has its transfers come from there, and
 * its hosts reach each other only.
 */
export async function attachHosts(
  attachments: Attachments,
  { ownerArn: ownerId, vpc, isIsolated, hostCount: count, isTrafficEncrypted }: ClusterRequest,
  made: AsyncDisposableStack,
): Promise<Attaching | EnclosureRefused> {
  const attach = async (request: Omit<Parameters<Attachments["cluster"]>[0], "ownerId" | "count">) => {
    const cluster = await attachments.cluster({ ownerId, count, ...request });
    return cluster.kind === "refused" ? cluster : made.adopt(cluster, (attached) => attached.detach());
  };
  const place = vpc === undefined ? {} : { place: { subnetIds: vpc.Subnets, securityGroupIds: vpc.SecurityGroupIds } };
  const attached = await attach({ ...place, isEncrypted: isTrafficEncrypted && !(isIsolated && vpc !== undefined) });
  if (attached.kind === "refused") return { kind: "refused", message: `ClientError: ${attached.message}` };
  const origins: HostNetwork["origins"][] = [];
  for (const { vpcId, address } of attached.hosts) {
    const origin = vpcId === undefined ? { s3: ownOrigin, kms: ownOrigin } : originsOf(attachments, vpcId, address);
    if (origin.kind === "refused") return origin;
    origins.push(origin);
  }
  const isApart = isIsolated && vpc !== undefined;
  const inside = isApart ? await attach({ isEncrypted: isTrafficEncrypted }) : attached;
  if (inside.kind === "refused") return { kind: "refused", message: `ClientError: ${inside.message}` };
  const hosts = inside.hosts.map((network, index) => ({
    hostName: `algo-${index + 1}`,
    network,
    origins: origins[index] ?? { s3: ownOrigin, kms: ownOrigin },
  }));
  return { kind: "attached", hosts, broken: inside.broken };
}

function originsOf(
  attachments: Attachments,
  vpcId: string,
  address: string,
): (HostNetwork["origins"] & { readonly kind?: undefined }) | EnclosureRefused {
  const s3 = attachments.originOf(vpcId, "s3", address);
  if (s3.kind === "refused") return { kind: "refused", message: `ClientError: ${s3.message}` };
  const kms = attachments.originOf(vpcId, "kms", address);
  return { s3, kms: kms.kind === "refused" ? s3 : kms };
}
