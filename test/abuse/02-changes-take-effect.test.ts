import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteGroupPolicyCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DeleteUserPermissionsBoundaryCommand,
  DeleteUserPolicyCommand,
  DetachGroupPolicyCommand,
  DetachUserPolicyCommand,
  GetUserCommand,
  PutGroupPolicyCommand,
  PutRolePolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  RemoveUserFromGroupCommand,
  SetDefaultPolicyVersionCommand,
  TagUserCommand,
  UntagUserCommand,
  UpdateAccessKeyCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateUserCommand,
} from "@aws-sdk/client-iam";
import { ListBucketsCommand } from "@aws-sdk/client-s3";
import { AssumeRoleCommand, GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import {
  hostLacks,
  newRole,
  newUser,
  startHouseProcess,
  type Clients,
  type HouseProcess,
  type Statement,
} from "@strongroom/testkit";

const watchers = 4;
const callsBefore = 2;
const callsAfter = 5;
const rounds = 3;

const document = (...statements: Statement[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });
const listsBuckets: Statement = { Effect: "Allow", Action: "s3:ListAllMyBuckets", Resource: "*" };
const nothing: Statement = { Effect: "Deny", Action: "s3:ListAllMyBuckets", Resource: "*" };

/** What a call came to: "allowed", or that it was refused. Anything else is a fault. */
async function outcome(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return "allowed";
  } catch (error) {
    const name = error instanceof Error ? error.name : "";
    if (/^(AccessDenied|SignatureDoesNotMatch|InvalidClientTokenId|InvalidAccessKeyId|ExpiredToken)/.test(name))
      return "refused";
    throw error;
  }
}

interface Change {
  readonly change: () => Promise<unknown>;
  /** What every call comes to that is begun once the change was answered. */
  readonly then: string;
}

/**
 * Another client calls without a pause, in several loops, while the changes are made one by one. The
 * server is a process of its own. A call counts once it is begun after the answer to the change.
 */
async function holdsAtOnce(call: () => Promise<string>, changes: readonly Change[]): Promise<void> {
  // Even while no change is under way: twice the number of changes that were answered.
  let phase = 0;
  let isOver = false;
  const seen = changes.map((): string[] => []);
  let callsNow = 0;
  const loop = async (): Promise<void> => {
    while (!isOver) {
      const at = phase;
      const came = await call();
      // A call that another change overtook, or was under way with, may have come to either.
      if (at === phase && at % 2 === 0) {
        callsNow += 1;
        if (at > 0) seen[at / 2 - 1]?.push(came);
      }
    }
  };
  const loops = Array.from({ length: watchers }, loop);
  const enough = async (calls: number) => {
    while (callsNow < calls) await Promise.race([new Promise(setImmediate), ...loops]);
  };
  try {
    await enough(watchers * callsBefore);
    for (const { change } of changes) {
      phase += 1;
      await change();
      phase += 1;
      callsNow = 0;
      await enough(watchers * callsAfter);
    }
  } finally {
    isOver = true;
    await Promise.all(loops);
  }
  for (const [at, { then }] of changes.entries()) {
    const came = seen[at] ?? [];
    assert.ok(came.length >= watchers, `change ${at} was watched`);
    assert.deepEqual(new Set(came), new Set([then]), `what came after change ${at}, of ${came.length} calls`);
  }
}

const toAndFro = (grant: () => Promise<unknown>, take: () => Promise<unknown>): Change[] =>
  Array.from({ length: rounds }, () => [
    { change: grant, then: "allowed" },
    { change: take, then: "refused" },
  ]).flat();

describe("a change holds for every call that is begun once it was answered:", { skip: await hostLacks() }, () => {
  let house: HouseProcess;
  let iam: Clients["iam"];
  before(async () => {
    house = await startHouseProcess();
    ({ iam } = house.clients);
  });
  after(() => house[Symbol.asyncDispose]());

  const listing = (clients: Clients) => () => outcome(clients.s3.send(new ListBucketsCommand({})));
  const newPolicy = async (PolicyName: string, ...statements: Statement[]) => {
    const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument: document(...statements) }));
    return Policy?.Arn ?? "";
  };

  test("a user's own policies, put and deleted", async () => {
    using user = await newUser(house.clients, "inline");
    const policy = { UserName: "inline", PolicyName: "p" };
    const put = () => iam.send(new PutUserPolicyCommand({ ...policy, PolicyDocument: document(listsBuckets) }));
    await holdsAtOnce(
      listing(user),
      toAndFro(put, () => iam.send(new DeleteUserPolicyCommand(policy))),
    );
  });

  test("managed policies, attached, detached, and another version made the default", async () => {
    using user = await newUser(house.clients, "managed");
    const PolicyArn = await newPolicy("managed", listsBuckets);
    const attachment = { UserName: "managed", PolicyArn };
    const attach = () => iam.send(new AttachUserPolicyCommand(attachment));
    await holdsAtOnce(
      listing(user),
      toAndFro(attach, () => iam.send(new DetachUserPolicyCommand(attachment))),
    );
    await iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: document(nothing) }));
    await attach();
    const use = (VersionId: string) => () => iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId }));
    const created = { PolicyArn, PolicyDocument: document(nothing), SetAsDefault: true };
    await holdsAtOnce(listing(user), [
      ...toAndFro(use("v1"), use("v2")),
      { change: use("v1"), then: "allowed" },
      { change: () => iam.send(new CreatePolicyVersionCommand(created)), then: "refused" },
    ]);
  });

  test("membership of a group, and the group's policies", async () => {
    using user = await newUser(house.clients, "member");
    const GroupName = "group";
    await iam.send(new CreateGroupCommand({ GroupName }));
    const policy = { GroupName, PolicyName: "p" };
    const put = () => iam.send(new PutGroupPolicyCommand({ ...policy, PolicyDocument: document(listsBuckets) }));
    await put();
    const membership = { GroupName, UserName: "member" };
    const join = () => iam.send(new AddUserToGroupCommand(membership));
    await holdsAtOnce(
      listing(user),
      toAndFro(join, () => iam.send(new RemoveUserFromGroupCommand(membership))),
    );
    await iam.send(new DeleteGroupPolicyCommand(policy));
    await join();
    await holdsAtOnce(
      listing(user),
      toAndFro(put, () => iam.send(new DeleteGroupPolicyCommand(policy))),
    );
    const attachment = { GroupName, PolicyArn: await newPolicy("for-group", listsBuckets) };
    const attach = () => iam.send(new AttachGroupPolicyCommand(attachment));
    await holdsAtOnce(
      listing(user),
      toAndFro(attach, () => iam.send(new DetachGroupPolicyCommand(attachment))),
    );
  });

  test("a permissions boundary", async () => {
    using user = await newUser(house.clients, "bounded", [listsBuckets]);
    const UserName = "bounded";
    const PermissionsBoundary = await newPolicy("boundary", { ...listsBuckets, Action: "kms:*" });
    const bound = () => iam.send(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary }));
    await holdsAtOnce(
      listing(user),
      toAndFro(() => iam.send(new DeleteUserPermissionsBoundaryCommand({ UserName })), bound).slice(1),
    );
  });

  test("an access key, made inactive, active again, and deleted", async () => {
    using user = await newUser(house.clients, "keyed", [listsBuckets]);
    const key = { UserName: "keyed", AccessKeyId: user.credentials.accessKeyId };
    const set = (Status: "Active" | "Inactive") => () => iam.send(new UpdateAccessKeyCommand({ ...key, Status }));
    await holdsAtOnce(listing(user), [
      ...toAndFro(set("Active"), set("Inactive")),
      { change: set("Active"), then: "allowed" },
      { change: () => iam.send(new DeleteAccessKeyCommand(key)), then: "refused" },
    ]);
  });

  test("tags that conditions ask for, of the caller and of the resource", async () => {
    const tagged = (key: string) => ({ StringEquals: { [key]: "risk" } });
    using user = await newUser(house.clients, "tagged", [
      { ...listsBuckets, Condition: tagged("aws:PrincipalTag/team") },
      { Effect: "Allow", Action: "iam:GetUser", Resource: "*", Condition: tagged("aws:ResourceTag/team") },
    ]);
    const tags = (UserName: string) =>
      toAndFro(
        () => iam.send(new TagUserCommand({ UserName, Tags: [{ Key: "team", Value: "risk" }] })),
        () => iam.send(new UntagUserCommand({ UserName, TagKeys: ["team"] })),
      );
    await holdsAtOnce(listing(user), tags("tagged"));
    await iam.send(new CreateUserCommand({ UserName: "resource" }));
    await holdsAtOnce(() => outcome(user.iam.send(new GetUserCommand({ UserName: "resource" }))), tags("resource"));
  });

  test("whom a role trusts", async () => {
    using user = await newUser(house.clients, "taker");
    await iam.send(new CreateUserCommand({ UserName: "somebody-else" }));
    const { arn: RoleArn } = await newRole(house.clients, "trusting");
    const trust = (AWS: string) => () => {
      const statement: Statement = { Effect: "Allow", Principal: { AWS }, Action: "sts:AssumeRole" };
      const PolicyDocument = document(statement);
      return iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: "trusting", PolicyDocument }));
    };
    const { accountId } = house.place;
    const of = (name: string) => `arn:aws:iam::${accountId}:user/${name}`;
    await holdsAtOnce(
      () => outcome(user.sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "session" }))),
      toAndFro(trust(of("taker")), trust(of("somebody-else"))),
    );
  });

  test("a role's policies for the sessions that are there, and the end of the role", async () => {
    using session = await (await newRole(house.clients, "ending")).assume();
    const policy = { RoleName: "ending", PolicyName: "p" };
    const put = () => iam.send(new PutRolePolicyCommand({ ...policy, PolicyDocument: document(listsBuckets) }));
    const take = () => iam.send(new DeleteRolePolicyCommand(policy));
    await holdsAtOnce(listing(session), toAndFro(put, take));
    await holdsAtOnce(
      () =>
        session.sts.send(new GetCallerIdentityCommand({})).then(
          () => "there",
          () => "gone",
        ),
      [{ change: () => iam.send(new DeleteRoleCommand({ RoleName: "ending" })), then: "gone" }],
    );
  });

  test("the name of a user", async () => {
    using user = await newUser(house.clients, "name-0", [listsBuckets]);
    const rename = (at: number): Change => ({
      change: () => iam.send(new UpdateUserCommand({ UserName: `name-${at}`, NewUserName: `name-${at + 1}` })),
      then: `arn:aws:iam::${house.place.accountId}:user/name-${at + 1}`,
    });
    const name = async () => (await user.sts.send(new GetCallerIdentityCommand({}))).Arn ?? "";
    await holdsAtOnce(name, [rename(0), rename(1), rename(2)]);
    await user.s3.send(new ListBucketsCommand({}));
  });
});
