import { UpdateOpenIDConnectProviderThumbprintCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import * as members from "../members.ts";
import { raise } from "../raise.ts";
import { thumbprints, providerPermission } from "./provider-members.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateOpenIDConnectProviderThumbprint.html */
export const updateOpenIdConnectProviderThumbprint = ({ identityProviders }: Pick<Access, "identityProviders">) =>
  operation(UpdateOpenIDConnectProviderThumbprintCommand, {
    members: { OpenIDConnectProviderArn: members.arn, ThumbprintList: thumbprints },
    permissions: ({ OpenIDConnectProviderArn: arn }) => [
      providerPermission("UpdateOpenIDConnectProviderThumbprint", arn),
    ],
    handle: ({ OpenIDConnectProviderArn, ThumbprintList }) => {
      raise(identityProviders.setThumbprints(OpenIDConnectProviderArn, ThumbprintList));
      return {};
    },
  });
