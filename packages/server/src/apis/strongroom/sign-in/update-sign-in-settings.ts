import { UpdateSignInSettingsCommand } from "@strongroom/admin-api";
import { flag } from "@strongroom/wire";
import type { Access } from "../../../access/index.ts";
import { operation } from "../../operation.ts";

/** Whether signing in takes a second factor of everybody. */
export const updateSignInSettings = (access: Pick<Access, "people">) =>
  operation(UpdateSignInSettingsCommand, {
    members: { SecondFactorRequired: flag() },
    permissions: () => [{ action: "strongroom:UpdateSignInSettings", resource: "*" }],
    handle: ({ SecondFactorRequired }) => {
      access.people.setSettings({ isMfaRequired: SecondFactorRequired });
      return {};
    },
  });
