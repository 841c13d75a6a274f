import { DeleteOpenIDConnectProviderCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import * as members from "../members.ts";
import { providerPermission } from "./provider-members.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteOpenIDConnectProvider.html */
export const deleteOpenIdConnectProvider = ({ identityProviders }: Pick<Access, "identityProviders">) =>
  operation(DeleteOpenIDConnectProviderCommand, {
    members: { OpenIDConnectProviderArn: members.arn },
    permissions: ({ OpenIDConnectProviderArn: arn }) => [providerPermission("DeleteOpenIDConnectProvider", arn)],
    handle: ({ OpenIDConnectProviderArn }) => {
      // As with AWS it is no fault where there is none.
      identityProviders.remove(OpenIDConnectProviderArn);
      return {};
    },
  });
