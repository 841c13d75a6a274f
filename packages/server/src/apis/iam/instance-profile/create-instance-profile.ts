import { CreateInstanceProfileCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { instanceProfileDetails } from "../answer.ts";
import { instanceProfileName, path, tags } from "../members.ts";
import { arnOf, creationPermissions, tagRecord } from "../permission.ts";
import { settled } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateInstanceProfile.html */
export const createInstanceProfile = (access: Pick<Access, "instanceProfiles">) =>
  operation(CreateInstanceProfileCommand, {
    members: { InstanceProfileName: instanceProfileName, Path: path, Tags: tags },
    permissions: ({ InstanceProfileName, Path = "/", Tags }, call) =>
      creationPermissions("InstanceProfile", arnOf(call, "instance-profile", Path, InstanceProfileName), {
        tags: Tags,
      }),
    actions: ["iam:CreateInstanceProfile", "iam:TagInstanceProfile"],
    handle: ({ InstanceProfileName, Path = "/", Tags }) => {
      const profile = { name: InstanceProfileName, path: Path, tags: tagRecord(Tags) };
      return { InstanceProfile: instanceProfileDetails(settled(access.instanceProfiles.create(profile)), undefined) };
    },
  });
