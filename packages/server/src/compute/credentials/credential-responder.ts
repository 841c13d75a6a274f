import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";

import type { TemporaryCredentials } from "../../access/index.ts";
import { credentialsAddress, credentialsPort } from "../network/index.ts";
import type { Networks } from "../network/index.ts";

export interface CredentialGrant {
  readonly vpcId: string;
  /** The address of the job inside the VPC. */
  readonly address: string;
  readonly roleArn: string;
  /** Makes credentials; a string says why there are none (the role is gone, say). */
  issue(): TemporaryCredentials | string;
}

export interface GrantedCredentials extends Disposable {
  /** What AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is set to. */
  readonly relativeUri: string;
}

export interface CredentialResponder extends AsyncDisposable {
  /** Begins to listen in a VPC; for the network's watcher. */
  vpcOpened(vpcId: string): Promise<void>;
  vpcClosed(vpcId: string): Promise<void>;
  grant(grant: CredentialGrant): GrantedCredentials;
}

const renewBeforeMs = 10 * 60_000;

interface Held {
  readonly grant: CredentialGrant;
  current: TemporaryCredentials | undefined;
}

/**
 * Hands jobs their role's credentials, one HTTP listener in each VPC, where the official clients look for
 * them (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html). ② A job gets its
 * own and no other's: the path is unguessable and answers only to the address, in the VPC, that it was made for.
 */
export function openCredentialResponder(networks: Pick<Networks, "listenIn">): CredentialResponder {
  const listeners = new Map<string, Server>();
  const granted = new Map<string, Held>();
  const responder: CredentialResponder = {
    async vpcOpened(vpcId) {
      const server = createServer((request, response) => answer(granted, vpcId, request, response));
      listeners.set(vpcId, server);
      const { fd } = networks.listenIn(vpcId, credentialsAddress, credentialsPort);
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen({ fd }, resolve);
      });
    },
    async vpcClosed(vpcId) {
      const server = listeners.get(vpcId);
      listeners.delete(vpcId);
      if (server !== undefined) await close(server);
    },
    grant(grant) {
      const relativeUri = `/v2/credentials/${randomUUID()}`;
      granted.set(relativeUri, { grant, current: undefined });
      return { relativeUri, [Symbol.dispose]: () => void granted.delete(relativeUri) };
    },
    async [Symbol.asyncDispose]() {
      granted.clear();
      await Promise.all([...listeners.keys()].map((vpcId) => responder.vpcClosed(vpcId)));
    },
  };
  return responder;
}

function answer(
  granted: ReadonlyMap<string, Held>,
  vpcId: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const held = granted.get(request.url ?? "");
  const isTheirs = held?.grant.vpcId === vpcId && peerOf(request) === held.grant.address;
  if (request.method !== "GET" || !isTheirs) {
    send(response, 404, { code: "NoIdMapping", message: "no credentials are held for this container" });
    return;
  }
  const issued = currentOf(held);
  if (typeof issued === "string") {
    send(response, 400, { code: "AccessDenied", message: issued });
    return;
  }
  send(response, 200, {
    RoleArn: held.grant.roleArn,
    AccessKeyId: issued.accessKeyId,
    SecretAccessKey: issued.secretAccessKey,
    Token: issued.sessionToken,
    Expiration: issued.expiration.toISOString(),
  });
}

function currentOf(held: Held): TemporaryCredentials | string {
  const { current } = held;
  if (current !== undefined && current.expiration.getTime() - Date.now() > renewBeforeMs) return current;
  const issued = held.grant.issue();
  if (typeof issued !== "string") held.current = issued;
  return issued;
}

function peerOf(request: IncomingMessage): string | undefined {
  return request.socket.remoteAddress?.replace(/^::ffff:/, "");
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

async function close(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
