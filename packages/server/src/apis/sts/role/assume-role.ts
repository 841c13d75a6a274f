import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { text } from "@strongroom/wire";
import { assumeRolePermissions, type Access, type Authority } from "../../../access/index.ts";
import { operation, type ServerCall } from "../../operation.ts";
import { credentialsAnswer, packedAnswer, settled } from "../answer.ts";
import * as members from "../members.ts";
import { secondFactor } from "../second-factor.ts";

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export const assumeRole = (access: Pick<Access, "assumeRole" | "sessions">) => {
  // Codes of a second factor count once, so who showed one is kept from the permissions to the handler.
  const proven = new WeakMap<ServerCall, Authority>();
  return operation(AssumeRoleCommand, {
    members: {
      RoleArn: members.roleArn,
      RoleSessionName: members.sessionName,
      DurationSeconds: members.roleSessionSeconds,
      ExternalId: text({ min: 2, max: 1224, pattern: /[\w+=,.@:/-]+/ }),
      Policy: members.policy,
      PolicyArns: members.policyArns,
      Tags: members.tags,
      TransitiveTagKeys: members.transitiveTagKeys,
      SourceIdentity: members.sourceIdentity,
      SerialNumber: members.serialNumber,
      TokenCode: members.tokenCode,
    },
    actions: ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"],
    permissions: (input, call) => {
      const permissions = assumeRolePermissions(factsOf(input), call.authority.principal);
      // ② with a second factor they are decided here: the road does not know of it.
      const caller = secondFactor(access, call, input, permissions);
      if (caller === call.authority) return permissions;
      proven.set(call, caller);
      return [];
    },
    handle: (input, call) => {
      const authority = proven.get(call) ?? call.authority;
      const scope = members.scopeOf(input);
      const assumed = settled(access.assumeRole({ authority, ...factsOf(input), ...scope }));
      return {
        ...credentialsAnswer(assumed.credentials),
        AssumedRoleUser: { AssumedRoleId: assumed.assumedRoleId, Arn: assumed.sessionArn },
        ...packedAnswer(assumed.packedPercent),
        ...(assumed.sourceIdentity === undefined ? {} : { SourceIdentity: assumed.sourceIdentity }),
      };
    },
  });
};

interface AssumeInput {
  readonly RoleArn: string;
  readonly RoleSessionName: string;
  readonly DurationSeconds?: number;
  readonly ExternalId?: string;
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
  readonly TransitiveTagKeys?: readonly string[];
  readonly SourceIdentity?: string;
}

function factsOf(input: AssumeInput) {
  return {
    roleArn: input.RoleArn,
    sessionName: input.RoleSessionName,
    durationSeconds: input.DurationSeconds,
    externalId: input.ExternalId,
    tags: members.sessionTagsOf(input.Tags),
    transitiveTagKeys: input.TransitiveTagKeys,
    sourceIdentity: input.SourceIdentity,
  };
}
