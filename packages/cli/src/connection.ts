import { readFileSync } from "node:fs";
import { Agent } from "node:https";
import type { AdminClientSettings } from "@strongroom/admin-api";
import type { Credentials, ServerState } from "./environment.ts";

/** What a client needs for one server and one caller: endpoint, the environment's own CA, region, credentials. */
export class Connection implements Disposable {
  readonly server: Pick<ServerState, "endpoint" | "region" | "accountId" | "caFile">;
  readonly credentials: Credentials;
  readonly #agent: Agent;

  constructor(server: Connection["server"], credentials: Credentials) {
    this.server = server;
    this.credentials = credentials;
    this.#agent = new Agent({ ca: readFileSync(server.caFile), keepAlive: true });
  }

  /** For Strongroom's own service. */
  adminSettings(): AdminClientSettings {
    const { endpoint, region } = this.server;
    return { endpoint, region, credentials: this.credentials, agent: this.#agent };
  }

  /** For the official clients. */
  clientSettings() {
    const { endpoint, region } = this.server;
    return { endpoint, region, credentials: this.credentials, requestHandler: { httpsAgent: this.#agent } };
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }
}
