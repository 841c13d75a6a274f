import type { PolicyPrincipals } from "../../access/index.ts";
import type { Clock } from "../../platform/index.ts";
import type { EndpointAddress, NetworkRefusal, NetworkWatcher, VpcEndpoint } from "./network.ts";
import type { NetworkStore } from "./network-store.ts";
import { namespacePrefix, Router } from "./router.ts";
import type { AttachedParty, EndpointParty, VpcState } from "./rules.ts";

export interface NetworkSettings {
  /** Keeps the namespaces of several environments on one machine apart. */
  readonly instanceId: string;
  readonly region: string;
  readonly clock: Clock;
  readonly policyPrincipals: Pick<PolicyPrincipals, "bound" | "told">;
  /** What endpoints can be made for: s3, kms, sagemaker.api, … */
  readonly services: readonly string[];
  /** Why this machine cannot hold networks (from `host/`); then they are described and stored, and nothing is attached. */
  readonly unavailable?: string;
  /** Why this machine cannot encrypt the traffic between hosts (from `host/`). */
  readonly encryptionFault?: string;
}

export interface AttachedRecord extends AttachedParty {
  readonly ownerId: string;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly namespace: string;
}

/** What the faces of this folder share: the rows, the routers that follow them, and who is attached now. */
export class NetworkCore {
  readonly store: NetworkStore;
  readonly settings: NetworkSettings;
  readonly attached = new Set<AttachedRecord>();
  #names = 0;
  readonly #routers = new Map<string, Router>();
  #watcher: NetworkWatcher | undefined;

  constructor(store: NetworkStore, settings: NetworkSettings) {
    this.store = store;
    this.settings = settings;
  }

  get prefix(): string {
    return namespacePrefix(this.settings.instanceId);
  }

  /** A link's name on the router's side, and that of the namespace at its other end. */
  nextNames(): { readonly interface: string; readonly namespace: string } {
    this.#names += 1;
    return { interface: `j${this.#names}`, namespace: `${this.prefix}j${this.#names}` };
  }

  now(): number {
    return this.settings.clock.now().getTime();
  }

  router(vpcId: string): Router {
    const router = this.#routers.get(vpcId);
    if (router === undefined)
      throw new Error(`the network of ${vpcId} is not set up: ${this.settings.unavailable ?? ""}`);
    return router;
  }

  attachedTo(vpcId: string): AttachedRecord[] {
    return [...this.attached].filter((record) => record.vpcId === vpcId);
  }

  endpointsOf(vpcId: string): VpcEndpoint[] {
    return this.store.endpoints().filter((endpoint) => endpoint.vpcId === vpcId);
  }

  /** Every address of the VPC that somebody holds. */
  takenAddresses(vpcId: string): Set<string> {
    return new Set([
      ...this.attachedTo(vpcId).map((record) => record.address),
      ...this.endpointsOf(vpcId).flatMap((endpoint) => endpoint.addresses),
    ]);
  }

  state(vpcId: string): VpcState {
    return {
      groups: new Map(this.store.groups().map((group) => [group.groupId, group])),
      attached: this.attachedTo(vpcId),
      endpoints: this.endpointsOf(vpcId).map(endpointParty),
    };
  }

  async openVpc(vpcId: string): Promise<void> {
    if (this.settings.unavailable !== undefined) return;
    const router = new Router(`${this.prefix}${vpcId.slice(-8)}`, () => this.state(vpcId));
    try {
      await router.create(this.endpointsOf(vpcId).flatMap((endpoint) => endpoint.addresses));
    } catch (error) {
      await router.remove().catch(() => undefined);
      throw error;
    }
    this.#routers.set(vpcId, router);
    await this.#watcher?.vpcOpened(vpcId);
  }

  async closeVpc(vpcId: string): Promise<void> {
    const router = this.#routers.get(vpcId);
    if (router === undefined) return;
    await this.#watcher?.vpcClosed(vpcId);
    this.#routers.delete(vpcId);
    await router.remove();
  }

  async openEndpoint(endpoint: VpcEndpoint): Promise<void> {
    const router = this.#routers.get(endpoint.vpcId);
    if (router === undefined) return;
    await router.addEndpointAddresses(endpoint.addresses);
    for (const address of this.addressesOf(endpoint)) await this.#watcher?.endpointOpened(address);
    await router.applyRules();
  }

  async closeEndpoint(endpoint: VpcEndpoint): Promise<void> {
    const router = this.#routers.get(endpoint.vpcId);
    if (router === undefined) return;
    await router.applyRules();
    for (const address of this.addressesOf(endpoint)) await this.#watcher?.endpointClosed(address);
    await router.removeEndpointAddresses(endpoint.addresses);
  }

  async applyRules(vpcId: string): Promise<void> {
    await this.#routers.get(vpcId)?.applyRules();
  }

  async watch(watcher: NetworkWatcher): Promise<void> {
    this.#watcher = watcher;
    for (const vpcId of this.#routers.keys()) {
      await watcher.vpcOpened(vpcId);
      for (const endpoint of this.endpointsOf(vpcId))
        for (const address of this.addressesOf(endpoint)) await watcher.endpointOpened(address);
    }
  }

  addressesOf({ vpcId, vpcEndpointId, serviceName, addresses }: VpcEndpoint): EndpointAddress[] {
    const service = this.serviceOf(serviceName);
    return addresses.map((address) => ({ vpcId, vpceId: vpcEndpointId, service, address }));
  }

  /** com.amazonaws.us-east-1.sagemaker.api → sagemaker.api */
  serviceOf(serviceName: string): string {
    const prefix = `com.amazonaws.${this.settings.region}.`;
    return serviceName.startsWith(prefix) ? serviceName.slice(prefix.length) : serviceName;
  }
}

export function endpointParty({ type, addresses, securityGroupIds }: VpcEndpoint): EndpointParty {
  return { addresses, groupIds: type === "Gateway" ? undefined : securityGroupIds };
}

export function refused(reason: NetworkRefusal["reason"], message: string): NetworkRefusal {
  return { kind: "refused", reason, message };
}
