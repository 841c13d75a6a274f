import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { noPermissionNeeded } from "@strongroom/wire";
import { operation } from "../../operation.ts";

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
export const getCallerIdentity = () =>
  operation(GetCallerIdentityCommand, {
    members: {},
    permissions: noPermissionNeeded("AWS tells every caller who it is, whatever its policies say"),
    mutates: false,
    handle: (_input, { authority: { principal } }) => ({
      UserId: "userId" in principal ? principal.userId : principal.accountId,
      Account: principal.accountId,
      Arn: principal.arn,
    }),
  });
