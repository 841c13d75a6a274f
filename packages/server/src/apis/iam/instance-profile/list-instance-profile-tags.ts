import { ListInstanceProfileTagsCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { instanceProfileName, marker, maxItems } from "../members.ts";
import { tagPage } from "../paging.ts";
import { instanceProfilePermission } from "../permission.ts";
import { settled } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfileTags.html */
export const listInstanceProfileTags = (access: Pick<Access, "instanceProfiles">) =>
  operation(ListInstanceProfileTagsCommand, {
    members: { InstanceProfileName: instanceProfileName, Marker: marker, MaxItems: maxItems },
    permissions: ({ InstanceProfileName }, call) => [
      instanceProfilePermission(access, "ListInstanceProfileTags", InstanceProfileName, call),
    ],
    mutates: false,
    handle: (input) => tagPage(settled(access.instanceProfiles.get(input.InstanceProfileName)).tags, input),
  });
