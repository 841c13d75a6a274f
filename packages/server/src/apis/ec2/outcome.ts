import { AwsError } from "@strongroom/wire";
import type { NetworkRefusal } from "../../compute/index.ts";

type Reason = NetworkRefusal["reason"];

/** EC2 models no exceptions: its codes are texts, and all of them come with status 400. */
const codes: Readonly<Record<Reason, string>> = {
  "no-such-vpc": "InvalidVpcID.NotFound",
  "no-such-subnet": "InvalidSubnetID.NotFound",
  "no-such-group": "InvalidGroup.NotFound",
  "no-such-endpoint": "InvalidVpcEndpointId.NotFound",
  "no-such-rule": "InvalidPermission.NotFound",
  "invalid-range": "InvalidParameterValue",
  "range-conflict": "InvalidSubnet.Conflict",
  "range-exhausted": "InsufficientFreeAddressesInSubnet",
  "duplicate-group": "InvalidGroup.Duplicate",
  "duplicate-rule": "InvalidPermission.Duplicate",
  "duplicate-endpoint": "InvalidParameter",
  "in-use": "DependencyViolation",
  "default-group": "CannotDelete",
  "wrong-vpc": "InvalidParameter",
  "unsupported-service": "InvalidServiceName",
  "blocked-by-groups": "UnsupportedOperation",
  "host-cannot": "UnsupportedOperation",
  "malformed-policy": "InvalidPolicyDocument",
  "too-many": "ResourceLimitExceeded",
};

export function codeOf(refusal: NetworkRefusal): string {
  return codes[refusal.reason];
}

/** What was asked for, or EC2's error. `overrides` are the codes that one operation has of its own. */
export function accepted<T extends { readonly kind: string }>(
  result: T | NetworkRefusal,
  overrides: Partial<Record<Reason, string>> = {},
): T {
  if (!isRefusal(result)) return result;
  throw new AwsError({ code: overrides[result.reason] ?? codeOf(result), message: result.message, status: 400 });
}

function isRefusal(result: { readonly kind: string }): result is NetworkRefusal {
  return result.kind === "refused";
}

/** With DryRun a request that would be carried out is answered with an error that says so. */
export function stopIfDryRun({ DryRun }: { readonly DryRun?: boolean }): void {
  if (DryRun !== true) return;
  const message = "Request would have succeeded, but DryRun flag is set.";
  throw new AwsError({ code: "DryRunOperation", message, status: 412 });
}

export function invalidParameter(message: string): AwsError {
  return new AwsError({ code: "InvalidParameterValue", message, status: 400 });
}

/** A parameter that EC2's model leaves open and that is needed here. */
export function required<T>(value: T | undefined, name: string): T {
  if (value !== undefined) return value;
  const message = `The request must contain the parameter ${name}`;
  throw new AwsError({ code: "MissingParameter", message, status: 400 });
}
