import { ListOpenIDConnectProviderTagsCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import * as members from "../members.ts";
import { tagPage } from "../paging.ts";
import { settled } from "../raise.ts";
import { providerPermission } from "./provider-members.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListOpenIDConnectProviderTags.html */
export const listOpenIdConnectProviderTags = ({ identityProviders }: Pick<Access, "identityProviders">) =>
  operation(ListOpenIDConnectProviderTagsCommand, {
    members: { OpenIDConnectProviderArn: members.arn, Marker: members.marker, MaxItems: members.maxItems },
    permissions: ({ OpenIDConnectProviderArn: arn }) => [providerPermission("ListOpenIDConnectProviderTags", arn)],
    mutates: false,
    handle: (input) => tagPage(settled(identityProviders.get(input.OpenIDConnectProviderArn)).tags, input),
  });
