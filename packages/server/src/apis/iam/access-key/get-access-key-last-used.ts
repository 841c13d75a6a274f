import { GetAccessKeyLastUsedCommand } from "@aws-sdk/client-iam";
import { isRefused, type Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { accessKeyId } from "../members.ts";
import { arnOf, ownerPermission } from "../permission.ts";
import { settled } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html */
export const getAccessKeyLastUsed = (access: Pick<Access, "users" | "roles" | "lastUsed">) =>
  operation(GetAccessKeyLastUsedCommand, {
    members: { AccessKeyId: accessKeyId },
    permissions: ({ AccessKeyId }, call) => {
      const key = access.users.accessKey(AccessKeyId);
      // ② who may not know whose a key is, or that there is none, is told the same of every key.
      const ofAnybody = { action: "iam:GetAccessKeyLastUsed", resource: arnOf(call, "user", "/", "*") };
      if (isRefused(key)) return [ofAnybody];
      const ofOwner = ownerPermission(access, "GetAccessKeyLastUsed", { kind: "user", name: key.userName }, call);
      return call.authority.decide(ofOwner).allowed ? [ofOwner] : [ofAnybody, ofOwner];
    },
    mutates: false,
    handle: ({ AccessKeyId }) => {
      const key = settled(access.users.accessKey(AccessKeyId));
      const use = access.lastUsed.last(key.id);
      const AccessKeyLastUsed =
        use === undefined
          ? { ServiceName: "N/A", Region: "N/A", LastUsedDate: undefined }
          : { ServiceName: use.service, Region: use.region, LastUsedDate: new Date(use.at) };
      return { UserName: key.userName, AccessKeyLastUsed };
    },
  });
