import { ListInstanceProfilesCommand } from "@aws-sdk/client-iam";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";
import { instanceProfileAnswer } from "../answer.ts";
import { roleIn } from "./role-in-profile.ts";
import { marker, maxItems, pathPrefix } from "../members.ts";
import { pageEnd, pageRequest } from "../paging.ts";
import { arnOf } from "../permission.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfiles.html */
export const listInstanceProfiles = (access: Pick<Access, "instanceProfiles" | "roles">) =>
  operation(ListInstanceProfilesCommand, {
    members: { PathPrefix: pathPrefix, Marker: marker, MaxItems: maxItems },
    permissions: ({ PathPrefix = "/" }, call) => [
      { action: "iam:ListInstanceProfiles", resource: arnOf(call, "instance-profile", PathPrefix, "") },
    ],
    mutates: false,
    handle: (input) => {
      const page = access.instanceProfiles.list(pageRequest(input));
      const InstanceProfiles = page.items.map((profile) => instanceProfileAnswer(profile, roleIn(access, profile)));
      return { InstanceProfiles, ...pageEnd(page) };
    },
  });
