import { readdirSync, writeFileSync } from "node:fs";
import { connectInNamespace, inNamespace, listenInNamespace, runTool } from "./namespace.ts";
import { credentialsAddress, ruleset } from "./rules.ts";
import type { VpcState } from "./rules.ts";
import type { Socket } from "node:net";

/** The router's address on every link: the same everywhere, since each link is a network of its own. */
const gatewayAddress = "169.254.1.1";

/** Names of namespaces are shared by the whole machine: each environment has a prefix of its own. */
export function namespacePrefix(instanceId: string): string {
  return `sr-${instanceId}-`;
}

/** Removes every namespace of an environment: what a killed server left, or all at the end. */
export async function removeNamespaces(prefix: string): Promise<void> {
  let names: string[];
  try {
    names = readdirSync("/run/netns").filter((name) => name.startsWith(prefix));
  } catch {
    return;
  }
  if (names.length > 0) await runTool("ip", ["-force", "-batch", "-"], batch(names.map((name) => `netns del ${name}`)));
}

function batch(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

/** IPv6 never gets an address, so there is nothing to filter; the rules drop it nevertheless. */
function withoutIpv6(name: string): void {
  inNamespace(name, () => {
    for (const which of ["all", "default"]) {
      try {
        writeFileSync(`/proc/sys/net/ipv6/conf/${which}/disable_ipv6`, "1");
      } catch {
        // A kernel without IPv6 has no such setting.
      }
    }
  });
}

/** Makes a namespace with a loopback and nothing else. */
export async function makeIsolatedNamespace(name: string): Promise<void> {
  await runTool("ip", ["-batch", "-"], batch([`netns add ${name}`]));
  withoutIpv6(name);
  await runTool("ip", ["-batch", "-"], batch(["link set lo up"]), name);
}

export async function removeNamespace(name: string): Promise<void> {
  await runTool("ip", ["-batch", "-"], batch([`netns del ${name}`]));
}

/** The router of one VPC: a namespace without any link to this machine, to which everything of the VPC is linked. */
export class Router {
  readonly namespace: string;
  readonly #state: () => VpcState;
  #turn: Promise<unknown> = Promise.resolve();

  /** `state` is asked anew at each change of the rules, so that the latest always holds. */
  constructor(namespace: string, state: () => VpcState) {
    this.namespace = namespace;
    this.#state = state;
  }

  async create(endpointAddresses: readonly string[]): Promise<void> {
    await runTool("ip", ["-batch", "-"], batch([`netns add ${this.namespace}`]));
    withoutIpv6(this.namespace);
    // ① The rules stand before there is any link.
    await this.applyRules();
    inNamespace(this.namespace, () => {
      writeFileSync("/proc/sys/net/ipv4/ip_forward", "1");
      writeFileSync("/proc/sys/net/ipv4/conf/all/rp_filter", "1");
    });
    const addresses = [credentialsAddress, ...endpointAddresses];
    const setUp = ["link set lo up", ...addresses.map((address) => `addr add ${address}/32 dev lo`)];
    await runTool("ip", ["-batch", "-"], batch(setUp), this.namespace);
  }

  async applyRules(): Promise<void> {
    await this.#inTurn(() => runTool("nft", ["-f", "-"], ruleset(this.#state()), this.namespace));
  }

  async addEndpointAddresses(addresses: readonly string[]): Promise<void> {
    await this.#endpointAddresses("add", addresses);
  }

  async removeEndpointAddresses(addresses: readonly string[]): Promise<void> {
    await this.#endpointAddresses("del", addresses);
  }

  async #endpointAddresses(verb: "add" | "del", addresses: readonly string[]): Promise<void> {
    const lines = addresses.map((address) => `addr ${verb} ${address}/32 dev lo`);
    await runTool("ip", ["-batch", "-"], batch(lines), this.namespace);
  }

  /** Makes a namespace with one link to this router; the rules for it must be applied before. */
  async link(name: string, routerInterface: string, address: string): Promise<void> {
    const make = [
      `netns add ${name}`,
      `link add ${routerInterface} netns ${this.namespace} type veth peer name eth0 netns ${name}`,
    ];
    await runTool("ip", ["-batch", "-"], batch(make));
    withoutIpv6(name);
    const inside = [
      "link set lo up",
      `addr add ${address}/32 dev eth0`,
      "link set eth0 up",
      `route add ${gatewayAddress} dev eth0 scope link`,
      `route add default via ${gatewayAddress} dev eth0 src ${address}`,
    ];
    const outside = [
      `addr add ${gatewayAddress}/32 dev ${routerInterface}`,
      `link set ${routerInterface} up`,
      `route add ${address}/32 dev ${routerInterface}`,
    ];
    await Promise.all([
      runTool("ip", ["-batch", "-"], batch(inside), name),
      runTool("ip", ["-batch", "-"], batch(outside), this.namespace),
    ]);
  }

  /** Takes the link away and the namespace with it. */
  async unlink(name: string, routerInterface: string): Promise<void> {
    // What fails here was not made in the first place, or is gone already.
    await runTool("ip", ["-force", "-batch", "-"], batch([`link del ${routerInterface}`]), this.namespace).catch(
      () => undefined,
    );
    await removeNamespace(name).catch(() => undefined);
  }

  listen(address: string, port: number): number {
    return listenInNamespace(this.namespace, address, port);
  }

  connect(address: string, port: number): Socket {
    return connectInNamespace(this.namespace, address, port);
  }

  async remove(): Promise<void> {
    await this.#inTurn(() => removeNamespace(this.namespace));
  }

  async #inTurn<T>(body: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(body, body);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }
}
