import { GetInstanceProfileCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { instanceProfileDetails } from "../answer.ts";
import { roleIn } from "./role-in-profile.ts";
import { instanceProfileName } from "../members.ts";
import { instanceProfilePermission } from "../permission.ts";
import { settled } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetInstanceProfile.html */
export const getInstanceProfile = (access: Pick<Access, "instanceProfiles" | "roles">) =>
  operation(GetInstanceProfileCommand, {
    members: { InstanceProfileName: instanceProfileName },
    permissions: ({ InstanceProfileName }, call) => [
      instanceProfilePermission(access, "GetInstanceProfile", InstanceProfileName, call),
    ],
    mutates: false,
    handle: ({ InstanceProfileName }) => {
      const profile = settled(access.instanceProfiles.get(InstanceProfileName));
      return { InstanceProfile: instanceProfileDetails(profile, roleIn(access, profile)) };
    },
  });
