/**
 * AWS STS: taking on roles, and asking who one is.
 *
 * Gaps: GetSessionToken, GetFederationToken, AssumeRoleWithSAML and AssumeRoleWithWebIdentity are not
 * there; of AssumeRole's members session tags, managed session policies, MFA and source identity are
 * refused by name.
 * By design: GetCallerIdentity needs no permission and no session policy can deny it. Session tokens
 * are longer than AWS's short ones, since a session is nothing but its token.
 * Client quirks: none known.
 */
import * as client from "@aws-sdk/client-sts";
import { awsServices, service } from "@strongroom/wire";
import type { Access } from "../../access/index.ts";
import type { ServerService } from "../operation.ts";
import { decodeAuthorizationMessage } from "./caller/decode-authorization-message.ts";
import { getCallerIdentity } from "./caller/get-caller-identity.ts";
import { assumeRole } from "./role/assume-role.ts";

export const sts = (access: Pick<Access, "assumeRole" | "authorizationMessages">): ServerService =>
  service(awsServices.sts, client, [assumeRole(access), decodeAuthorizationMessage(access), getCallerIdentity()]);
