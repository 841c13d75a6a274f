import {
  AssumeRoleWithWebIdentityCommand,
  ExpiredTokenException,
  IDPCommunicationErrorException,
  IDPRejectedClaimException,
  InvalidIdentityTokenException,
} from "@aws-sdk/client-sts";
import { text } from "@strongroom/wire";
import {
  AccessDenied,
  assumeRolePermissions,
  type Access,
  type IdentityFault,
  type ProvenIdentity,
} from "../../../access/index.ts";
import { operation, type ServerCall } from "../../operation.ts";
import { credentialsAnswer, denied, packedAnswer, settled } from "../answer.ts";
import * as members from "../members.ts";

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html */
export const assumeRoleWithWebIdentity = (access: Pick<Access, "assumeRole" | "webIdentities">) => {
  // The token is verified once, before anything is decided: whoever it proves goes on to the handler.
  const proven = new WeakMap<ServerCall, ProvenIdentity>();
  return operation(AssumeRoleWithWebIdentityCommand, {
    members: {
      RoleArn: members.roleArn,
      RoleSessionName: members.sessionName,
      WebIdentityToken: text({ min: 4, max: 20_000 }),
      PolicyArns: members.policyArns,
      Policy: members.policy,
      DurationSeconds: members.roleSessionSeconds,
    },
    unsigned: "the token says who asks, and its provider vouches for it",
    actions: ["sts:AssumeRoleWithWebIdentity", "sts:TagSession", "sts:SetSourceIdentity"],
    permissions: async (input, call) => {
      const identity = settledIdentity(await access.webIdentities.prove(call.authority, input.WebIdentityToken));
      // ② decided for whom the token proves; the road knows the request's signer, if any, and nobody else.
      demandAll(identity, input);
      proven.set(call, identity);
      return [];
    },
    handle: (input, call) => {
      const identity = proven.get(call);
      if (identity === undefined) throw new Error("permissions come before the handler");
      const { authority, principal } = identity;
      const scope = { ...members.scopeOf(input), tags: identity.tags };
      const assumed = settled(access.assumeRole({ authority, ...factsOf(identity, input), ...scope }));
      return {
        ...credentialsAnswer(assumed.credentials),
        AssumedRoleUser: { AssumedRoleId: assumed.assumedRoleId, Arn: assumed.sessionArn },
        SubjectFromWebIdentityToken: principal.subject,
        Audience: principal.audience,
        Provider: principal.arn,
        ...packedAnswer(assumed.packedPercent),
        ...(assumed.sourceIdentity === undefined ? {} : { SourceIdentity: assumed.sourceIdentity }),
      };
    },
  });
};

interface WebIdentityInput {
  readonly RoleArn: string;
  readonly RoleSessionName: string;
  readonly DurationSeconds?: number;
}

function factsOf({ tags, transitiveTagKeys, sourceIdentity }: ProvenIdentity, input: WebIdentityInput) {
  return {
    roleArn: input.RoleArn,
    sessionName: input.RoleSessionName,
    durationSeconds: input.DurationSeconds,
    tags,
    transitiveTagKeys,
    sourceIdentity,
  };
}

/** ② whoever comes without an account is told no more than that; the trail says what decided. */
function demandAll(identity: ProvenIdentity, input: WebIdentityInput): void {
  const { authority, principal } = identity;
  try {
    for (const permission of assumeRolePermissions(factsOf(identity, input), principal)) authority.demand(permission);
  } catch (error) {
    if (error instanceof AccessDenied) throw denied(`Not authorized to perform ${error.permission.action}`);
    throw error;
  }
}

const exceptions = {
  "invalid-token": InvalidIdentityTokenException,
  expired: ExpiredTokenException,
  "rejected-claim": IDPRejectedClaimException,
  communication: IDPCommunicationErrorException,
} as const satisfies Record<IdentityFault["reason"], unknown>;

function settledIdentity(outcome: ProvenIdentity | IdentityFault): ProvenIdentity {
  if (outcome.kind === "proven") return outcome;
  const { reason, message } = outcome;
  throw new exceptions[reason]({ message, $metadata: {} });
}
