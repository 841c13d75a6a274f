import { GetFederationTokenCommand } from "@aws-sdk/client-sts";
import { text } from "@strongroom/wire";
import { tagKeys, type Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { credentialsAnswer, denied, packedAnswer, settled } from "../answer.ts";
import * as members from "../members.ts";
import { withOwnKey } from "./get-session-token.ts";

const defaultSeconds = 43_200;

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html */
export const getFederationToken = (access: Pick<Access, "sessions">) =>
  operation(GetFederationTokenCommand, {
    members: {
      Name: text({ min: 2, max: 32, pattern: /[\w+=,.@-]+/ }),
      Policy: members.policy,
      PolicyArns: members.policyArns,
      DurationSeconds: members.userSessionSeconds,
      Tags: members.tags,
    },
    actions: ["sts:GetFederationToken", "sts:TagSession"],
    permissions: (input, { accountId }) => {
      const tags = members.sessionTagsOf(input.Tags);
      const resource = `arn:aws:sts::${accountId}:federated-user/${input.Name}`;
      const context = tagKeys(tags);
      const ask = { action: "sts:GetFederationToken", resource, context };
      return tags.length === 0 ? [ask] : [ask, { action: "sts:TagSession", resource, context }];
    },
    handle: (input, { authority }) => {
      const issuer = access.sessions.userOf(withOwnKey(authority.principal, "GetFederationToken"));
      if (issuer === undefined) throw denied("The user of this access key no longer exists.");
      const seconds = input.DurationSeconds ?? defaultSeconds;
      const asked = { issuer, name: input.Name, seconds, ...members.scopeOf(input) };
      const session = settled(access.sessions.issueFederated(asked));
      return {
        ...credentialsAnswer(session.credentials),
        FederatedUser: { FederatedUserId: session.federatedUserId, Arn: session.arn },
        ...packedAnswer(session.packedPercent),
      };
    },
  });
