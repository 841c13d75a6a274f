/** Accounts for `decision.bench.ts`: roles with the policies that projects have, in a database of their own. */
import { randomBytes } from "node:crypto";
import {
  isRefused,
  migrations,
  openAccess,
  type Access,
  type Authority,
  type Refusal,
} from "../packages/server/src/access/index.ts";
import { openDb, systemClock } from "../packages/server/src/platform/index.ts";

export const accountId = "111122223333";
export const statementsPerPolicy = 10;
/** IAM's quota of policies attached to a role. */
export const attachedPolicies = 20;
export const inlinePolicies = 5;

const service = "sagemaker.amazonaws.com";
const trustPolicy = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: service } }],
});

export function openAccount(path: string, made: AsyncDisposableStack): Access {
  const db = made.use(openDb(path, randomBytes(32)));
  db.migrate(migrations);
  return made.use(openAccess({ db, clock: systemClock, accountId, region: "us-east-1", tokenKey: randomBytes(32) }));
}

/** A session of a new role with as many managed policies as a role may have. */
export function attachedRole(access: Access, name: string): Authority {
  const { policies } = access;
  const arn = createRole(access, name);
  for (let place = 0; place < attachedPolicies; place += 1) {
    const policy = { name: `${name}-${place}`, path: "/", description: undefined, tags: {} };
    const { arn: policyArn } = done(policies.create({ ...policy, document: policyText(name, place) }));
    agreed(policies.attach({ kind: "role", name }, policyArn));
  }
  return sessionOf(access, arn);
}

/** A session of a new role with 50 statements in inline policies. */
export function inlineRole(access: Access, name: string): Authority {
  const { policies } = access;
  const arn = createRole(access, name);
  for (let place = 0; place < inlinePolicies; place += 1) {
    agreed(policies.putInline({ kind: "role", name }, { name: `Inline-${place}`, document: policyText(name, place) }));
  }
  return sessionOf(access, arn);
}

/** A read of an object that one statement in the role's policy at `place` allows. */
export function readOf(owner: string, place: number, object: string): { action: string; resource: string } {
  return { action: "s3:GetObject", resource: `arn:aws:s3:::team-${owner}-${place}-5/${object}` };
}

/**
 * A few actions of one service, on one resource for the own team; every fifth on all resources, for another
 * team; one in ten denies. Every role's text is its own. `everywhere`: all of them on all resources.
 */
export function policyText(owner: string, place: number, everywhere = false): string {
  const Statement = Array.from({ length: statementsPerPolicy }, (_, at) => {
    const vendor = ["s3", "s3", "sagemaker", "kms", "logs"][at % 5] ?? "s3";
    const isOthers = at % 5 === 1;
    const folder = `arn:aws:${vendor}:::team-${owner}-${place}-${at}/${at === 3 ? "secret/" : ""}*`;
    const isLast = everywhere && place === attachedPolicies - 1 && at === statementsPerPolicy - 5;
    const team = isOthers || (everywhere && !isLast) ? `team-${place}` : "risk";
    return {
      Effect: at === 3 ? "Deny" : "Allow",
      Action: [`${vendor}:Get*`, `${vendor}:List${at}`],
      Resource: isOthers || everywhere ? "*" : folder,
      Condition: { StringEquals: { "aws:PrincipalTag/team": team } },
    };
  });
  return JSON.stringify({ Version: "2012-10-17", Statement });
}

function createRole({ roles }: Access, name: string): string {
  const settings = { description: undefined, maxSessionSeconds: 3600, boundaryArn: undefined, tags: { team: "risk" } };
  return done(roles.create({ name, path: "/", trustPolicy, ...settings })).arn;
}

function sessionOf(access: Access, roleArn: string): Authority {
  const acted = access.actAs({
    roleArn,
    service,
    sessionName: "bench",
    origin: { kind: "host", sourceIp: "127.0.0.1" },
  });
  if (acted.kind !== "session") throw new Error(acted.message);
  return acted.authority;
}

function done<T extends object>(outcome: T | Refusal): T {
  if (isRefused(outcome)) throw new Error(outcome.message);
  return outcome;
}

function agreed(refusal: Refusal | undefined): void {
  if (refusal !== undefined) throw new Error(refusal.message);
}
