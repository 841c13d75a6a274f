import type { DecisionLog } from "./decision-log.ts";
import type { Principal } from "./principal.ts";

export type { Principal } from "./principal.ts";

/** Which network a request came through. It is read off the socket, never off a header. */
export type Origin =
  | { readonly kind: "host"; readonly sourceIp: string }
  | { readonly kind: "vpc"; readonly vpcId: string; readonly vpceId: string; readonly vpcSourceIp: string };

/** The request that an authority belongs to. */
export interface RequestMark {
  readonly id: string;
  /** A browser's form, whose upload is an S3 "POST Object". */
  readonly isForm: boolean;
}

/** One thing that somebody wants to do, with the condition keys that belong to this request. */
export interface Permission {
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

export interface Decision {
  readonly allowed: boolean;
  /** AWS's wording: who is not authorized to perform what on which resource, and why. Empty where it is allowed. */
  readonly message: string;
  /** The statement that decided, or the kind of policy that has no allow. Empty where it is allowed. */
  readonly because: string;
}

/**
 * Who acts, from which network, perhaps through a service that acts on their behalf.
 * Everything that is done for somebody takes one; nothing is done without.
 */
export interface Authority {
  readonly principal: Principal;
  readonly origin: Origin;
  /** Absent where the platform acts without a request, as a job does. */
  readonly request?: RequestMark | undefined;
  /** What was decided so far for the request that this authority belongs to, also through `via`. */
  readonly decisions?: DecisionLog | undefined;
  decide(permission: Permission): Decision;
  /** ② Throws AccessDenied unless the permission is given. */
  demand(permission: Permission): void;
  /** Whether a list shows an item: as `decide`, but not kept with what was decided for the request. */
  sees(permission: Permission): boolean;
  /** The same principal, acting through a service (`s3`, `sagemaker`): sets aws:ViaAWSService, aws:CalledVia and kms:ViaService. */
  via(service: string): Authority;
}

/** A refusal. It is thrown, because nothing between the question and the edge may go on. */
export class AccessDenied extends Error {
  override readonly name = "AccessDenied";
  readonly permission: Permission;
  readonly because: string;

  constructor(decision: Decision, permission: Permission) {
    super(decision.message);
    this.permission = permission;
    this.because = decision.because;
  }
}
