import { ChangePasswordCommand, InvalidUserTypeException } from "@aws-sdk/client-iam";
import { AwsError } from "@strongroom/wire";
import type { Access } from "../../../access/index.ts";
import { operation, type ServerCall } from "../../operation.ts";
import { password } from "../members.ts";
import { raise } from "../raise.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ChangePassword.html */
export const changePassword = (access: Pick<Access, "people">) =>
  operation(ChangePasswordCommand, {
    members: { OldPassword: password, NewPassword: password },
    // Whoever is no user has no password; what they would change is nobody's, and they are told so after that.
    permissions: (_, call) => [{ action: "iam:ChangePassword", resource: call.authority.principal.arn }],
    handle: async ({ OldPassword, NewPassword }, call) => {
      const outcome = await access.people.loginProfiles.change(callerName(call), OldPassword, NewPassword);
      if (outcome === "wrong-password") {
        throw new AwsError({ code: "AccessDenied", message: "The old password was incorrect.", status: 403 });
      }
      raise(outcome);
      return {};
    },
  });

function callerName({ authority }: ServerCall): string {
  if (authority.principal.kind === "user") return authority.principal.userName;
  throw new InvalidUserTypeException({ message: "Only IAM Users can change their own password.", $metadata: {} });
}
