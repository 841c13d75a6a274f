import type { Principal } from "../../../access/index.ts";

/** Somebody who approves, as a rule looks at them. */
export interface Approver {
  readonly arn: string;
  /** The role that a session is one of. */
  readonly roleArn?: string | undefined;
  /**
   * Who it is behind roles and sessions: ② whoever takes on a role, or another session of it, is nobody else by that,
   * and neither approves what is their own nor counts twice.
   */
  readonly person: string;
}

export function approverOf(principal: Principal): Approver {
  const { arn } = principal;
  switch (principal.kind) {
    case "user":
      return { arn, person: principal.userId };
    case "role-session":
      return { arn, roleArn: principal.roleArn, person: principal.startedBy ?? arn };
    case "federated-user":
      // Whom a user lets in under a name is somebody of their own, but not apart from that user.
      return { arn, person: `${principal.issuerId}/${principal.federatedName}` };
    case "root":
    case "web-identity":
    case "anonymous":
      return { arn, person: arn };
  }
}

export const isSamePerson = (one: string, other: string): boolean =>
  one === other || one.startsWith(`${other}/`) || other.startsWith(`${one}/`);

const shorthand = /^CodeCommitApprovers:(\d{12}):(.+)$/;
const userForm = /^arn:aws:(?:iam|sts)::(\d{12}):(?:user|federated-user)\/(?:.*\/)?([^/]+)$/;
const sessionForm = /^arn:aws:sts::(\d{12}):assumed-role\/(.+)$/;

/**
 * Whether a member of an approval pool means somebody: by ARN, with `*` for any characters, by the ARN of a session's
 * role, or as `CodeCommitApprovers:<account>:<name>`, which stands for a user, a federated user, or `<role>/<session>`.
 */
export function isMember({ arn, roleArn }: Approver, member: string): boolean {
  const [, account, name] = shorthand.exec(member) ?? [];
  if (account === undefined || name === undefined) {
    return matches(member, arn) || (roleArn !== undefined && matches(member, roleArn));
  }
  const [, of, called] = userForm.exec(arn) ?? sessionForm.exec(arn) ?? [];
  return of === account && called !== undefined && matches(name, called);
}

/** `*` alone has a meaning. Read once from the left: what a star takes is as short as it can be. */
function matches(pattern: string, value: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return pattern === value;
  if (!value.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = value.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return value.length - last.length >= at && value.endsWith(last);
}
