import { AddClientIDToOpenIDConnectProviderCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import * as members from "../members.ts";
import { raise } from "../raise.ts";
import { clientId, providerPermission } from "./provider-members.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddClientIDToOpenIDConnectProvider.html */
export const addClientIdToOpenIdConnectProvider = ({ identityProviders }: Pick<Access, "identityProviders">) =>
  operation(AddClientIDToOpenIDConnectProviderCommand, {
    members: { OpenIDConnectProviderArn: members.arn, ClientID: clientId },
    permissions: ({ OpenIDConnectProviderArn: arn }) => [providerPermission("AddClientIDToOpenIDConnectProvider", arn)],
    handle: ({ OpenIDConnectProviderArn, ClientID }) => {
      raise(identityProviders.addClientId(OpenIDConnectProviderArn, ClientID));
      return {};
    },
  });
