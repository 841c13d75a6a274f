import { splitArn } from "@strongroom/iam";
import type { Tags } from "./identity.ts";

/** What a domain tells about a resource that somebody asks for. */
export interface ResourceFacts {
  /** The account that owns it; this server's where it is not said. */
  readonly accountId?: string;
  /** The resource's own policy (bucket policy, key policy), as JSON text. */
  readonly policy?: string;
  readonly tags?: Tags;
}

export type ResourceLookup = (arn: string) => ResourceFacts | undefined;

/** Who can tell about the resources of which service. */
export class ResourceRegistry {
  readonly #lookups = new Map<string, ResourceLookup>();

  /** `service` as it stands in ARNs: `s3`, `kms`, `sagemaker`. */
  describe(service: string, lookup: ResourceLookup): void {
    if (this.#lookups.has(service)) throw new Error(`the resources of ${service} are described twice`);
    this.#lookups.set(service, lookup);
  }

  find(arn: string): ResourceFacts | undefined {
    const service = splitArn(arn)?.[2];
    return service === undefined ? undefined : this.#lookups.get(service)?.(arn);
  }
}
