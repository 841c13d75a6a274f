import { administratorAccessArn } from "./aws-managed-policies.ts";
import type { Policies } from "./policies.ts";
import { isRefused, type Refusal } from "./refusal.ts";
import type { Users } from "./users.ts";

export interface FirstAdministrator {
  readonly userName: string;
  readonly arn: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const userName = "administrator";

/** Makes the first user of an account that has none. The secret is in the answer and nowhere else. */
export function ensureFirstAdministrator(users: Users, policies: Policies): FirstAdministrator | undefined {
  if (users.list({ limit: 1 }).items.length > 0) return undefined;
  const user = held(users.create({ name: userName, path: "/", boundaryArn: undefined, tags: {} }));
  const attached = policies.attach({ kind: "user", name: userName }, administratorAccessArn);
  if (attached !== undefined) throw new Error(attached.message);
  const { key, secretAccessKey } = held(users.createAccessKey(userName));
  return { userName, arn: user.arn, accessKeyId: key.id, secretAccessKey };
}

/** In an account without users nothing stands against these steps. */
function held<T extends object>(outcome: T | Refusal): T {
  if (isRefused(outcome)) throw new Error(outcome.message);
  return outcome;
}
