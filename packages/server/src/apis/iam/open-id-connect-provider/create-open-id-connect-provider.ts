import { CreateOpenIDConnectProviderCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import * as members from "../members.ts";
import { creationPermissions, tagList, tagRecord } from "../permission.ts";
import { settled } from "../raise.ts";
import { clientIds, thumbprints, url } from "./provider-members.ts";

/**
 * Without thumbprints the provider's certificate has to lead to an authority that the server's machine trusts.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html
 */
export const createOpenIdConnectProvider = ({ identityProviders }: Pick<Access, "identityProviders">) =>
  operation(CreateOpenIDConnectProviderCommand, {
    members: { Url: url, ClientIDList: clientIds, ThumbprintList: thumbprints, Tags: members.tags },
    actions: ["iam:CreateOpenIDConnectProvider", "iam:TagOpenIDConnectProvider"],
    permissions: ({ Url, Tags: tags }) =>
      creationPermissions("OpenIDConnectProvider", identityProviders.arnOf(Url), { tags }),
    handle: ({ Url, ClientIDList = [], ThumbprintList = [], Tags }) => {
      const settings = { clientIds: [...new Set(ClientIDList)], thumbprints: ThumbprintList, tags: tagRecord(Tags) };
      const { arn, tags } = settled(identityProviders.create({ url: Url, ...settings }));
      return { OpenIDConnectProviderArn: arn, ...(Tags === undefined ? {} : { Tags: tagList(tags) }) };
    },
  });
