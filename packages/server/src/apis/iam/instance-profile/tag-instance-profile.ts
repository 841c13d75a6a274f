import { TagInstanceProfileCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { instanceProfileName, tags } from "../members.ts";
import { instanceProfilePermission, tagContext, tagRecord } from "../permission.ts";
import { raise } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagInstanceProfile.html */
export const tagInstanceProfile = (access: Pick<Access, "instanceProfiles">) =>
  operation(TagInstanceProfileCommand, {
    members: { InstanceProfileName: instanceProfileName, Tags: tags },
    permissions: ({ InstanceProfileName, Tags }, call) => [
      instanceProfilePermission(access, "TagInstanceProfile", InstanceProfileName, call, tagContext(Tags)),
    ],
    handle: ({ InstanceProfileName, Tags }) => {
      raise(access.instanceProfiles.tag(InstanceProfileName, tagRecord(Tags)));
      return {};
    },
  });
