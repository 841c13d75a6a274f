import { RevokeSessionsCommand } from "@strongroom/admin-api";
import { AwsError, text } from "@strongroom/wire";
import type { Access, WhichSessions } from "../../access/index.ts";
import { operation } from "../operation.ts";

/** ② Ends sessions before they expire: with the answer they are over. */
export const revokeSessions = (access: Pick<Access, "sessions">) =>
  operation(RevokeSessionsCommand, {
    members: {
      Subject: text({ min: 16, max: 2048 }),
      Before: text({ pattern: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z/ }),
    },
    permissions: ({ Subject }) => {
      // The session behind an access key id is told by its token alone, which nobody has here.
      return [{ action: "strongroom:RevokeSessions", resource: Subject.startsWith("arn:") ? Subject : "*" }];
    },
    handle: ({ Subject, Before }, { now }) => {
      const before = Before === undefined ? now : new Date(Before);
      const which = sessionsOf(Subject, before.getTime());
      if (which === undefined) throw invalid(`${Subject} is not an access key id of a session, nor a user or role.`);
      if ("accessKeyId" in which && Before !== undefined) throw invalid("Before is for users and roles.");
      const refusal = access.sessions.revoke(which);
      if (refusal !== undefined)
        throw new AwsError({ code: codes[refusal.reason] ?? "ValidationException", ...refused(refusal.message) });
      return { Before: before.toISOString() };
    },
  });

const keyForm = /^ASIA[A-Z2-7]{16}$/;
const identityForm = /^arn:aws:iam::\d{12}:(user|role)\/(?:.*\/)?([^/]+)$/;

function sessionsOf(subject: string, before: number): WhichSessions | undefined {
  if (Number.isNaN(before)) return undefined;
  if (keyForm.test(subject)) return { accessKeyId: subject };
  const [, kind, name] = identityForm.exec(subject) ?? [];
  if (kind === "role") return { roleArn: subject, before };
  return name === undefined ? undefined : { userName: name, before };
}

const codes: Readonly<Partial<Record<string, string>>> = {
  "not-found": "ResourceNotFoundException",
  "limit-exceeded": "LimitExceededException",
};

const refused = (message: string) => ({ message, status: 400 });

function invalid(message: string): AwsError {
  return new AwsError({ code: "ValidationException", ...refused(message) });
}
