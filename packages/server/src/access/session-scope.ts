import { deflateRawSync } from "node:zlib";
import type { Policies } from "./policies.ts";
import { documentFault } from "./policy-documents.ts";
import { isSessionRefused, sessionRefused, type SessionRefusal } from "./session-refusal.ts";
import { sessionTags, type SessionTag, type TransitiveTags } from "./session-tags.ts";
import type { SessionScope } from "./session.ts";

/** What a caller asks to begin a session with. */
export interface ScopeRequest {
  /** A session policy, as JSON text. */
  readonly policy?: string | undefined;
  /** Managed policies as session policies. */
  readonly policyArns?: readonly string[] | undefined;
  readonly tags?: readonly SessionTag[] | undefined;
  readonly transitiveTagKeys?: readonly string[] | undefined;
}

export interface NewScope {
  readonly kind: "scope";
  readonly scope: SessionScope;
  readonly transitiveTagKeys: readonly string[];
  /** How much of the room for policies and tags they take, in percent; undefined where there are none. */
  readonly packedPercent: number | undefined;
}

/** Of the policy and the ARNs together, as AWS has it. */
const policyCharactersMax = 2048;
const policyArnsMax = 10;
/** What policies and tags may take in a token, compressed: tokens travel in headers, whose room is bounded. */
const packedBytesMax = 4096;

/** The policies and tags of a session that is asked for, or why they are not taken. */
export function sessionScope(
  request: ScopeRequest,
  inherited: TransitiveTags,
  policies: Pick<Policies, "find">,
): NewScope | SessionRefusal {
  const { policy, policyArns = [] } = request;
  const fault = policyFault(policy, policyArns, policies);
  if (fault !== undefined) return fault;
  const tagged = sessionTags(request.tags ?? [], request.transitiveTagKeys ?? [], inherited);
  if (isSessionRefused(tagged)) return tagged;
  const { tags, transitiveTagKeys } = tagged;
  const sessionPolicies = policy === undefined ? [] : [policy];
  const scope = { sessionPolicies, sessionPolicyArns: policyArns, tags };
  const packedPercent = percentOf(scope, transitiveTagKeys);
  if (packedPercent !== undefined && packedPercent > 100) {
    const message = `Packed policies and session tags consume ${packedPercent}% of allotted space, please use smaller ones.`;
    return sessionRefused("packed-too-large", message);
  }
  return { kind: "scope", scope, transitiveTagKeys, packedPercent };
}

function policyFault(
  policy: string | undefined,
  arns: readonly string[],
  policies: Pick<Policies, "find">,
): SessionRefusal | undefined {
  const fault = policy === undefined ? undefined : documentFault(policy, "identity");
  if (fault !== undefined) return sessionRefused("malformed-policy", fault.message);
  if (arns.length > policyArnsMax || new Set(arns).size < arns.length) {
    return sessionRefused("invalid", `A session takes at most ${policyArnsMax} managed policies, each once.`);
  }
  const missing = arns.find((arn) => policies.find(arn) === undefined);
  if (missing !== undefined) return sessionRefused("invalid", `Policy ${missing} does not exist.`);
  if ([policy ?? "", ...arns].join("").length > policyCharactersMax) {
    const message = `Session policies, ARNs of managed ones included, have at most ${policyCharactersMax} characters.`;
    return sessionRefused("packed-too-large", message);
  }
  return undefined;
}

function percentOf(scope: SessionScope, transitiveTagKeys: readonly string[]): number | undefined {
  const { sessionPolicies, sessionPolicyArns, tags } = scope;
  if (sessionPolicies.length + sessionPolicyArns.length + Object.keys(tags).length === 0) return undefined;
  const packed = deflateRawSync(JSON.stringify([scope, transitiveTagKeys]));
  return Math.ceil((packed.byteLength / packedBytesMax) * 100);
}
