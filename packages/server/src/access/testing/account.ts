import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDb, TurnableClock, type Db } from "../../platform/index.ts";
import { openAccess, type Access } from "../access.ts";
import type { Authority, Origin, Principal } from "../authority.ts";
import { migrations } from "../index.ts";
import { isRefused, type Refusal } from "../refusal.ts";

/** An account in a temporary folder, for tests. */
export interface TestAccount extends Disposable {
  readonly access: Access;
  readonly db: Db;
  readonly path: string;
  readonly clock: TurnableClock;
  /** Makes a user with one inline policy of these statements. */
  user(name: string, ...statements: readonly object[]): Principal;
  /** Makes a role with one inline policy of these statements. */
  role(name: string, trust: object, ...statements: readonly object[]): string;
  as(principal: Principal, origin?: Origin): Authority;
}

export const accountId = "111122223333";
export const host: Origin = { kind: "host", sourceIp: "127.0.0.1" };
/** Hashing passwords is tested where it is done; here it must not take the time. */
const passwordCost = { memoryKib: 64, passes: 1 };
export const trustSageMaker = { Service: "sagemaker.amazonaws.com" };

export function openTestAccount(): TestAccount {
  const folder = mkdtempSync(join(tmpdir(), "strongroom-access-"));
  const path = join(folder, "metadata.db");
  const db = openDb(path, randomBytes(32));
  db.migrate(migrations);
  const clock = new TurnableClock(new Date("2026-10-01T12:00:00Z"));
  const access = openAccess({ db, clock, accountId, region: "us-east-1", tokenKey: randomBytes(32), passwordCost });
  return {
    access,
    db,
    path,
    clock,
    user(name, ...statements) {
      const user = done(access.users.create({ name, path: "/", boundaryArn: undefined, tags: {} }));
      putPolicy(access, "user", name, statements);
      return { kind: "user", arn: user.arn, accountId, userId: user.id, userName: name };
    },
    role(name, trust, ...statements) {
      const trustPolicy = document([{ Effect: "Allow", Principal: trust, Action: "sts:AssumeRole" }]);
      const rest = { path: "/", description: undefined, maxSessionSeconds: 3600, boundaryArn: undefined, tags: {} };
      const role = done(access.roles.create({ name, trustPolicy, ...rest }));
      putPolicy(access, "role", name, statements);
      return role.arn;
    },
    as: (principal, origin = host) => access.authorityFor(principal, origin, { secureTransport: true }),
    [Symbol.dispose]() {
      access[Symbol.dispose]();
      db[Symbol.dispose]();
      rmSync(folder, { recursive: true });
    },
  };
}

export function document(statements: readonly object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

export function done<T extends object>(outcome: T | Refusal): T {
  if (isRefused(outcome)) throw new Error(outcome.message);
  return outcome;
}

function putPolicy(access: Access, kind: "user" | "role", name: string, statements: readonly object[]): void {
  if (statements.length === 0) return;
  const refusal = access.policies.putInline({ kind, name }, { name: `${name}Policy`, document: document(statements) });
  if (refusal !== undefined) throw new Error(refusal.message);
}
