import type { Server } from "node:https";
import type { Socket } from "node:net";
import type { VpcEndpointFacts } from "./access/index.ts";
import type { CredentialResponder, EndpointAddress, Networks, NetworkWatcher, VpcEndpoint } from "./compute/index.ts";
import { endpointPort } from "./compute/index.ts";
import type { Certificates } from "./encryption/index.ts";
import { answer, tlsListener, type Gate } from "./gateway/index.ts";

/** What each VPC endpoint carries, by the last part of its service name. */
const carried: Readonly<Record<string, readonly string[]>> = {
  s3: ["s3"],
  kms: ["kms"],
  sts: ["sts"],
  ec2: ["ec2"],
  logs: ["logs"],
  cloudtrail: ["cloudtrail"],
  codecommit: ["codecommit"],
  "git-codecommit": ["git", "codecommit"],
  "sagemaker.api": ["sagemaker"],
  "sagemaker.runtime": ["sagemaker-runtime"],
};

/** The service of an action where it has another name than the API. */
const actionPrefixes: Readonly<Record<string, string>> = { git: "codecommit", "sagemaker-runtime": "sagemaker" };

/** What access decides with when a request came through an endpoint. */
export function endpointFacts(endpoint: VpcEndpoint | undefined, region: string): VpcEndpointFacts | undefined {
  if (endpoint === undefined) return undefined;
  const { serviceName, policy } = endpoint;
  const services = carried[serviceName.slice(`com.amazonaws.${region}.`.length)] ?? [];
  const prefixes = services.map((service) => actionPrefixes[service] ?? service);
  return { actionPrefixes: prefixes, ...(policy === undefined ? {} : { policy }) };
}

/** The endpoint services that a VPC can have. */
export const endpointServices = Object.keys(carried);

/**
 * Keeps a TLS listener on every address of every VPC endpoint, each inside its VPC's own network
 * namespace. ① the origin of what comes in there is the endpoint's VPC; no header says otherwise.
 */
export class VpcListeners implements NetworkWatcher, AsyncDisposable {
  readonly #parts: {
    readonly networks: Pick<Networks, "listenIn">;
    readonly certificates: Certificates;
    readonly credentials: CredentialResponder;
    readonly gate: Gate;
  };
  readonly #open = new Map<string, { server: Server; fresh: Disposable }>();

  constructor(parts: {
    readonly networks: Pick<Networks, "listenIn">;
    readonly certificates: Certificates;
    readonly credentials: CredentialResponder;
    readonly gate: Gate;
  }) {
    this.#parts = parts;
  }

  async vpcOpened(vpcId: string): Promise<void> {
    await this.#parts.credentials.vpcOpened(vpcId);
  }

  async vpcClosed(vpcId: string): Promise<void> {
    await this.#parts.credentials.vpcClosed(vpcId);
  }

  async endpointOpened(endpoint: EndpointAddress): Promise<void> {
    const { networks, certificates, gate } = this.#parts;
    const { vpcId, vpceId, address, service } = endpoint;
    const server = tlsListener({
      tls: await certificates.tlsOptions([address]),
      originOf: (socket) => ({ kind: "vpc", vpcId, vpceId, vpcSourceIp: peerOf(socket) }),
      carries: {
        vpceId,
        serviceName: `com.amazonaws.${gate.place.region}.${service}`,
        services: carried[service] ?? [],
      },
      answer: (arrival) => answer(arrival, gate),
      log: gate.log,
    });
    const { fd } = networks.listenIn(vpcId, address, endpointPort);
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ fd }, resolve);
    });
    this.#open.set(keyOf(endpoint), { server, fresh: certificates.keepFresh(server, [address]) });
  }

  async endpointClosed(endpoint: EndpointAddress): Promise<void> {
    const open = this.#open.get(keyOf(endpoint));
    if (open === undefined) return;
    this.#open.delete(keyOf(endpoint));
    open.fresh[Symbol.dispose]();
    await closeServer(open.server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const all = [...this.#open.values()];
    this.#open.clear();
    for (const { fresh } of all) fresh[Symbol.dispose]();
    await Promise.all(all.map(({ server }) => closeServer(server)));
  }
}

const keyOf = ({ vpceId, address }: EndpointAddress) => `${vpceId} ${address}`;

/** The address of a socket's other end, an IPv4 one in its own form. */
export function peerOf(socket: Socket): string {
  return (socket.remoteAddress ?? "").replace(/^::ffff:/, "");
}

/** Stops listening and ends what is still open. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
