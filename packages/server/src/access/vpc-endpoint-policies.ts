import { compilePolicy, type NamedPolicy } from "@strongroom/iam";

/** What a VPC endpoint has to do with a request that came through it. */
export interface VpcEndpointFacts {
  /** Its policy, as JSON text; absent: everybody may do everything through it. */
  readonly policy?: string;
  /** The services that it carries, as they stand in actions: `s3`, `sagemaker`. */
  readonly actionPrefixes: readonly string[];
}

/** Undefined for an endpoint that is not there (any more). */
export type VpcEndpointLookup = (vpceId: string) => VpcEndpointFacts | undefined;

const compiledMax = 200;

/** Stands for the policy of an endpoint that has gone: nothing comes through it. */
const nothing = JSON.stringify({ Version: "2012-10-17", Statement: [] });

/** The policies of VPC endpoints, compiled; their texts are read anew for every decision. */
export class VpcEndpointPolicies {
  #lookup: VpcEndpointLookup | undefined;
  readonly #compiled = new Map<string, NamedPolicy["policy"]>();

  describe(lookup: VpcEndpointLookup): void {
    if (this.#lookup !== undefined) throw new Error("VPC endpoints are described twice");
    this.#lookup = lookup;
  }

  /**
   * The policy that has a say in an action that came through an endpoint. ① ② It is asked for the actions of
   * the service that the endpoint carries: what that service does on the way at other services, such as
   * passing a role or using a key, does not come through the endpoint.
   */
  over(vpceId: string, action: string): NamedPolicy | undefined {
    if (this.#lookup === undefined) return undefined;
    const facts = this.#lookup(vpceId);
    const name = `policy of ${vpceId}`;
    if (facts === undefined) return { name, policy: this.#compile(nothing) };
    const prefix = action.slice(0, action.indexOf(":")).toLowerCase();
    if (facts.policy === undefined || !facts.actionPrefixes.includes(prefix)) return undefined;
    return { name, policy: this.#compile(facts.policy) };
  }

  #compile(text: string): NamedPolicy["policy"] {
    let policy = this.#compiled.get(text);
    if (policy === undefined) {
      ({ policy } = compilePolicy(text, "endpoint"));
      if (this.#compiled.size >= compiledMax) this.#compiled.clear();
      this.#compiled.set(text, policy);
    }
    return policy;
  }
}
