import { TagOpenIDConnectProviderCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import * as members from "../members.ts";
import { tagContext, tagRecord } from "../permission.ts";
import { raise } from "../raise.ts";
import { providerPermission } from "./provider-members.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagOpenIDConnectProvider.html */
export const tagOpenIdConnectProvider = ({ identityProviders }: Pick<Access, "identityProviders">) =>
  operation(TagOpenIDConnectProviderCommand, {
    members: { OpenIDConnectProviderArn: members.arn, Tags: members.tags },
    permissions: ({ OpenIDConnectProviderArn: arn, Tags }) => [
      providerPermission("TagOpenIDConnectProvider", arn, tagContext(Tags)),
    ],
    handle: ({ OpenIDConnectProviderArn, Tags }) => {
      raise(identityProviders.tag(OpenIDConnectProviderArn, tagRecord(Tags)));
      return {};
    },
  });
