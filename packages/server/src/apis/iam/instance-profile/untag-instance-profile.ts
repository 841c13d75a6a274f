import { UntagInstanceProfileCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { instanceProfileName, tagKeys } from "../members.ts";
import { instanceProfilePermission } from "../permission.ts";
import { raise } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagInstanceProfile.html */
export const untagInstanceProfile = (access: Pick<Access, "instanceProfiles">) =>
  operation(UntagInstanceProfileCommand, {
    members: { InstanceProfileName: instanceProfileName, TagKeys: tagKeys },
    permissions: ({ InstanceProfileName, TagKeys }, call) => [
      instanceProfilePermission(access, "UntagInstanceProfile", InstanceProfileName, call, { "aws:TagKeys": TagKeys }),
    ],
    handle: ({ InstanceProfileName, TagKeys }) => {
      raise(access.instanceProfiles.untag(InstanceProfileName, TagKeys));
      return {};
    },
  });
