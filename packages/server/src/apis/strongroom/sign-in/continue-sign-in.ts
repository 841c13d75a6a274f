import { ContinueSignInCommand } from "@strongroom/admin-api";
import { noPermissionNeeded, text } from "@strongroom/wire";
import type { Access } from "../../../access/index.ts";
import type { Trail } from "../../../audit/index.ts";
import { operation } from "../../operation.ts";
import { signInAnswer } from "./sign-in-answer.ts";
import { recordSignIn } from "./sign-in-record.ts";
import { wantedSessionMembers } from "./wanted-session.ts";

const code = text({ min: 6, max: 6, pattern: /\d+/ });

/** Goes on with what SignIn wanted: a new password, or an authenticator for who has none. */
export const continueSignIn = (access: Pick<Access, "people" | "sessions" | "roles">, trail: Pick<Trail, "record">) =>
  operation(ContinueSignInCommand, {
    members: {
      Step: text({ min: 1, max: 4096 }),
      NewPassword: text({ min: 1, max: 128, pattern: /[\t\n\r -ÿ]+/ }),
      FirstCode: code,
      SecondCode: code,
      ...wantedSessionMembers,
    },
    unsigned: "who signs in has no key yet",
    permissions: noPermissionNeeded("the step is proof of the password, and of the second factor where there is one"),
    mutates: false,
    handle: async ({ Step, NewPassword, FirstCode, SecondCode, ...wanted }, call) => {
      const codes =
        FirstCode === undefined || SecondCode === undefined ? undefined : ([FirstCode, SecondCode] as const);
      const outcome = await access.people.signIn.continue({ step: Step, newPassword: NewPassword, codes });
      await recordSignIn(trail, outcome, call);
      return signInAnswer(access, outcome, wanted, call);
    },
  });
