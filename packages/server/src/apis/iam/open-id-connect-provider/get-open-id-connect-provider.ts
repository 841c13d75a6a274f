import { GetOpenIDConnectProviderCommand } from "@aws-sdk/client-iam";
import { withoutScheme, type Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import * as members from "../members.ts";
import { tagList } from "../permission.ts";
import { settled } from "../raise.ts";
import { providerPermission } from "./provider-members.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetOpenIDConnectProvider.html */
export const getOpenIdConnectProvider = ({ identityProviders }: Pick<Access, "identityProviders">) =>
  operation(GetOpenIDConnectProviderCommand, {
    members: { OpenIDConnectProviderArn: members.arn },
    permissions: ({ OpenIDConnectProviderArn: arn }) => [providerPermission("GetOpenIDConnectProvider", arn)],
    mutates: false,
    handle: ({ OpenIDConnectProviderArn }) => {
      const provider = settled(identityProviders.get(OpenIDConnectProviderArn));
      return {
        Url: withoutScheme(provider.url),
        ClientIDList: [...provider.clientIds],
        ThumbprintList: [...provider.thumbprints],
        CreateDate: new Date(provider.createdAt),
        Tags: tagList(provider.tags),
      };
    },
  });
