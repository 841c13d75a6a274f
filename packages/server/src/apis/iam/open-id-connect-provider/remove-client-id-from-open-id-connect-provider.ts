import { RemoveClientIDFromOpenIDConnectProviderCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import * as members from "../members.ts";
import { raise } from "../raise.ts";
import { clientId, providerPermission } from "./provider-members.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveClientIDFromOpenIDConnectProvider.html */
export const removeClientIdFromOpenIdConnectProvider = ({ identityProviders }: Pick<Access, "identityProviders">) =>
  operation(RemoveClientIDFromOpenIDConnectProviderCommand, {
    members: { OpenIDConnectProviderArn: members.arn, ClientID: clientId },
    permissions: ({ OpenIDConnectProviderArn: arn }) => [
      providerPermission("RemoveClientIDFromOpenIDConnectProvider", arn),
    ],
    handle: ({ OpenIDConnectProviderArn, ClientID }) => {
      raise(identityProviders.removeClientId(OpenIDConnectProviderArn, ClientID));
      return {};
    },
  });
