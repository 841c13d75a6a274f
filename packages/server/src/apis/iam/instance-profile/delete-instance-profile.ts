import { DeleteInstanceProfileCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { instanceProfileName } from "../members.ts";
import { instanceProfilePermission } from "../permission.ts";
import { raise } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteInstanceProfile.html */
export const deleteInstanceProfile = (access: Pick<Access, "instanceProfiles">) =>
  operation(DeleteInstanceProfileCommand, {
    members: { InstanceProfileName: instanceProfileName },
    permissions: ({ InstanceProfileName }, call) => [
      instanceProfilePermission(access, "DeleteInstanceProfile", InstanceProfileName, call),
    ],
    handle: ({ InstanceProfileName }) => {
      raise(access.instanceProfiles.remove(InstanceProfileName));
      return {};
    },
  });
