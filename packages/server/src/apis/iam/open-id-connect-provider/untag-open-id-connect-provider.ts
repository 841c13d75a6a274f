import { UntagOpenIDConnectProviderCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import * as members from "../members.ts";
import { raise } from "../raise.ts";
import { providerPermission } from "./provider-members.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagOpenIDConnectProvider.html */
export const untagOpenIdConnectProvider = ({ identityProviders }: Pick<Access, "identityProviders">) =>
  operation(UntagOpenIDConnectProviderCommand, {
    members: { OpenIDConnectProviderArn: members.arn, TagKeys: members.tagKeys },
    permissions: ({ OpenIDConnectProviderArn: arn, TagKeys }) => [
      providerPermission("UntagOpenIDConnectProvider", arn, { "aws:TagKeys": TagKeys }),
    ],
    handle: ({ OpenIDConnectProviderArn, TagKeys }) => {
      raise(identityProviders.untag(OpenIDConnectProviderArn, TagKeys));
      return {};
    },
  });
