/**
 * AWS STS: sessions of roles, of users and of those whom a user or an identity provider vouches for; and
 * asking who one is.
 *
 * Gaps: AssumeRoleWithSAML, AssumeRoot, GetWebIdentityToken and GetDelegatedAccessToken are not there; of
 * the members, ProvidedContexts and ProviderId are refused by name.
 * By design: GetCallerIdentity needs no permission and no session policy can deny it; GetSessionToken
 * needs none either. Session tokens are longer than AWS's short ones, since a session is nothing but its
 * token. AssumeRoleWithWebIdentity takes requests without a signature; one that is there is verified.
 * Sessions that somebody signed in for, with a password or through an identity provider, end when the
 * person or the role is changed.
 * Client quirks: none known.
 */
import * as client from "@aws-sdk/client-sts";
import { awsServices, service } from "@strongroom/wire";
import type { Access } from "../../access/index.ts";
import type { ServerService } from "../operation.ts";
import { decodeAuthorizationMessage } from "./caller/decode-authorization-message.ts";
import { getAccessKeyInfo } from "./caller/get-access-key-info.ts";
import { getCallerIdentity } from "./caller/get-caller-identity.ts";
import { assumeRole } from "./role/assume-role.ts";
import { assumeRoleWithWebIdentity } from "./role/assume-role-with-web-identity.ts";
import { getFederationToken } from "./session/get-federation-token.ts";
import { getSessionToken } from "./session/get-session-token.ts";

export const sts = (
  access: Pick<Access, "assumeRole" | "authorizationMessages" | "sessions" | "webIdentities">,
): ServerService =>
  service(awsServices.sts, client, [
    assumeRole(access),
    assumeRoleWithWebIdentity(access),
    decodeAuthorizationMessage(access),
    getAccessKeyInfo(),
    getCallerIdentity(),
    getFederationToken(access),
    getSessionToken(access),
  ]);
