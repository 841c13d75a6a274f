import { ListOpenIDConnectProvidersCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListOpenIDConnectProviders.html */
export const listOpenIdConnectProviders = ({ identityProviders }: Pick<Access, "identityProviders">) =>
  operation(ListOpenIDConnectProvidersCommand, {
    members: {},
    permissions: () => [{ action: "iam:ListOpenIDConnectProviders", resource: "*" }],
    mutates: false,
    handle: () => ({ OpenIDConnectProviderList: identityProviders.list().map(({ arn }) => ({ Arn: arn })) }),
  });
