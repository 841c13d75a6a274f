import { SignInCommand } from "@strongroom/admin-api";
import { noPermissionNeeded, text } from "@strongroom/wire";
import type { Access } from "../../../access/index.ts";
import type { Trail } from "../../../audit/index.ts";
import { operation } from "../../operation.ts";
import { signInAnswer } from "./sign-in-answer.ts";
import { recordSignIn } from "./sign-in-record.ts";
import { wantedSessionMembers } from "./wanted-session.ts";

/** ② A password and a second factor for a session; a role is taken with the person's own permissions. */
export const signIn = (access: Pick<Access, "people" | "sessions" | "roles">, trail: Pick<Trail, "record">) =>
  operation(SignInCommand, {
    members: {
      UserName: text({ min: 1, max: 64 }),
      Password: text({ min: 1, max: 128 }),
      Code: text({ max: 16 }),
      ...wantedSessionMembers,
    },
    unsigned: "who signs in has no key yet",
    permissions: noPermissionNeeded("the password and the second factor are what is asked for"),
    mutates: false,
    handle: async ({ UserName, Password, Code, ...wanted }, call) => {
      const { origin } = call.authority;
      const outcome = await access.people.signIn.begin({
        userName: UserName,
        password: Password,
        code: Code,
        sourceIp: origin.kind === "host" ? origin.sourceIp : origin.vpcSourceIp,
      });
      await recordSignIn(trail, outcome, call);
      return signInAnswer(access, outcome, wanted, call);
    },
  });
