import {
  AccountNotFoundException,
  ChildNotFoundException,
  ConstraintViolationException,
  DuplicatePolicyAttachmentException,
  DuplicatePolicyException,
  InvalidInputException,
  MalformedPolicyDocumentException,
  ParentNotFoundException,
  PolicyInUseException,
  PolicyNotAttachedException,
  PolicyNotFoundException,
  PolicyTypeAlreadyEnabledException,
  PolicyTypeNotEnabledException,
  RootNotFoundException,
  TargetNotFoundException,
  type ConstraintViolationExceptionReason,
  type InvalidInputExceptionReason,
} from "@aws-sdk/client-organizations";
import type { ControlRefusal } from "../../access/index.ts";

type Reason =
  | ControlRefusal["reason"]
  | "account-not-found"
  | "root-not-found"
  | "parent-not-found"
  | "child-not-found"
  | "invalid-token"
  | "too-many-tags"
  | "duplicate-tag";

const classes = {
  "policy-not-found": PolicyNotFoundException,
  "target-not-found": TargetNotFoundException,
  "duplicate-policy": DuplicatePolicyException,
  "malformed-policy": MalformedPolicyDocumentException,
  "policy-in-use": PolicyInUseException,
  "already-attached": DuplicatePolicyAttachmentException,
  "not-attached": PolicyNotAttachedException,
  "not-enabled": PolicyTypeNotEnabledException,
  "already-enabled": PolicyTypeAlreadyEnabledException,
  "account-not-found": AccountNotFoundException,
  "root-not-found": RootNotFoundException,
  "parent-not-found": ParentNotFoundException,
  "child-not-found": ChildNotFoundException,
} as const satisfies Partial<Record<Reason, unknown>>;

const constraints: Partial<Record<Reason, ConstraintViolationExceptionReason | "none">> = {
  "document-too-long": "POLICY_CONTENT_LIMIT_EXCEEDED",
  "too-many-policies": "POLICY_NUMBER_LIMIT_EXCEEDED",
  "too-many-attached": "MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED",
  "last-policy": "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED",
  "too-many-tags": "MAX_TAG_LIMIT_EXCEEDED",
  // AWS has no such reason: its management account stands outside of service control policies.
  "lock-out": "none",
};

const inputs: Partial<Record<Reason, InvalidInputExceptionReason>> = {
  "immutable-policy": "IMMUTABLE_POLICY",
  "invalid-token": "INVALID_NEXT_TOKEN",
  "duplicate-tag": "DUPLICATE_TAG_KEY",
};

/** AWS's exception for what was refused. */
export function organizationsError({ reason, message }: { readonly reason: Reason; readonly message: string }): Error {
  const x = { Message: message, message, $metadata: {} };
  const constraint = constraints[reason];
  if (constraint === "none") return new ConstraintViolationException(x);
  if (constraint !== undefined) return new ConstraintViolationException({ ...x, Reason: constraint });
  const input = inputs[reason];
  if (input !== undefined) return new InvalidInputException({ ...x, Reason: input });
  return new classes[reason as keyof typeof classes](x);
}

/** What was asked for, or AWS's exception for the refusal. */
export function settled<T extends object>(outcome: T | ControlRefusal): T {
  if (isControlRefusal(outcome)) throw organizationsError(outcome);
  return outcome;
}

export function raise(refusal: ControlRefusal | undefined): void {
  if (refusal !== undefined) throw organizationsError(refusal);
}

function isControlRefusal(outcome: object): outcome is ControlRefusal {
  return "kind" in outcome && outcome.kind === "refused";
}
