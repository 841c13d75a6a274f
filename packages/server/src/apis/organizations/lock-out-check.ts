import type { LockOutCheck } from "../../access/index.ts";
import type { ServerCall } from "../operation.ts";
import { policyTypeContext } from "./permission.ts";

/**
 * ② asks whether the caller could still detach a policy. With AWS the management account stands
 * outside of service control policies and can always do so; here they bind everybody.
 */
export function lockOutCheck({ authority }: ServerCall): LockOutCheck {
  return (...resources) =>
    resources.every(
      (resource) =>
        authority.decide({ action: "organizations:DetachPolicy", resource, context: policyTypeContext }).allowed,
    );
}
