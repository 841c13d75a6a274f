import { DescribeSignInSettingsCommand } from "@strongroom/admin-api";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";

export const describeSignInSettings = (access: Pick<Access, "people">) =>
  operation(DescribeSignInSettingsCommand, {
    members: {},
    permissions: () => [{ action: "strongroom:DescribeSignInSettings", resource: "*" }],
    mutates: false,
    handle: () => ({ SecondFactorRequired: access.people.settings.isMfaRequired }),
  });
