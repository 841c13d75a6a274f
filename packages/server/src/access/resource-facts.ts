import { splitArn } from "@strongroom/iam";
import type { Permission, Principal } from "./authority.ts";
import type { Tags } from "./identity.ts";

/** Condition keys with their values. */
export type Conditions = Readonly<Record<string, string | readonly string[]>>;

/** What a domain tells about a resource that somebody asks for. */
export interface ResourceFacts {
  /** The account that owns it; this server's where it is not said. */
  readonly accountId?: string;
  /** The resource's own policy (bucket policy, key policy), as JSON text. */
  readonly policy?: string;
  readonly tags?: Tags;
  /** Condition keys of the domain's own service, such as `s3:ExistingObjectTag/class`. */
  readonly conditions?: Conditions;
}

/**
 * `permission` is what is asked for; its context may say which version of the resource is meant. `asker` is who
 * asks, undefined for a service in its own name: grants on a key count for one principal only.
 */
export type ResourceLookup = (arn: string, permission: Permission, asker?: Principal) => ResourceFacts | undefined;

/** Who can tell about the resources of which service. */
export class ResourceRegistry {
  readonly #lookups = new Map<string, ResourceLookup>();

  /** `service` as it stands in ARNs: `s3`, `kms`, `sagemaker`. */
  describe(service: string, lookup: ResourceLookup): void {
    if (this.#lookups.has(service)) throw new Error(`the resources of ${service} are described twice`);
    this.#lookups.set(service, lookup);
  }

  find(permission: Permission, asker?: Principal): ResourceFacts | undefined {
    const service = splitArn(permission.resource)?.[2];
    return service === undefined ? undefined : this.#lookups.get(service)?.(permission.resource, permission, asker);
  }
}
