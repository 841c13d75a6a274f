import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import {
  CreateRoleCommand,
  DeleteRolePolicyCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { ListBucketsCommand } from "@aws-sdk/client-s3";
import { AssumeRoleCommand, GetFederationTokenCommand, GetSessionTokenCommand } from "@aws-sdk/client-sts";
import { AdminClient, RevokeSessionsCommand } from "@strongroom/admin-api";
import {
  Clients,
  hostLacks,
  newUser,
  startHouse,
  startHouseProcess,
  type Credentials,
  type TestHouse,
} from "@strongroom/testkit";

const listsBuckets = { Effect: "Allow", Action: "s3:ListAllMyBuckets", Resource: "*" } as const;
const assumesRoles = { Effect: "Allow", Action: ["sts:AssumeRole", "sts:GetFederationToken"], Resource: "*" } as const;
const document = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const RoleName = "worker";

interface Given {
  readonly AccessKeyId?: string | undefined;
  readonly SecretAccessKey?: string | undefined;
  readonly SessionToken?: string | undefined;
}

/** Sessions of every kind: what of them can be changed by whom, and how they end. */
describe("sessions", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  let ann: Clients;
  let RoleArn: string;
  before(async () => {
    house = await startHouse();
    ann = await newUser(house.clients, "ann", [listsBuckets, assumesRoles]);
    const trust = { Effect: "Allow", Principal: { AWS: house.place.accountId }, Action: "sts:AssumeRole" };
    const { Role } = await house.clients.iam.send(
      new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: document(trust) }),
    );
    RoleArn = Role?.Arn ?? "";
    const PolicyDocument = document(listsBuckets);
    await house.clients.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "lists", PolicyDocument }));
  });
  after(async () => {
    ann[Symbol.dispose]();
    await house[Symbol.asyncDispose]();
  });

  const kinds: Readonly<Record<string, () => Promise<Credentials>>> = {
    "of a role": async () =>
      keysOf((await ann.sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "s1" }))).Credentials),
    "of a user": async () => keysOf((await ann.sts.send(new GetSessionTokenCommand({}))).Credentials),
    "of a federated user": async () => {
      const Policy = document(listsBuckets);
      return keysOf((await ann.sts.send(new GetFederationTokenCommand({ Name: "guest", Policy }))).Credentials);
    },
  };

  /** How a call with these credentials ends: "allowed", or its error's name. */
  async function call(credentials: Credentials): Promise<string> {
    using clients = new Clients(house.place, credentials);
    return await listed(clients);
  }

  const admin = () => {
    const { place, credentials, agent } = house.clients;
    return new AdminClient({ ...place, credentials, agent });
  };

  for (const [kind, begin] of Object.entries(kinds)) {
    test(`${kind} take no token that was cut, lengthened, or is another session's`, async () => {
      const [one, other] = [await begin(), await begin()];
      assert.equal(await call(one), "allowed");
      const token = one.sessionToken ?? "";
      const wrong = [
        token.slice(0, -4),
        token.slice(4),
        `${token}AAAA`,
        token.toLowerCase(),
        token.replace(/=*$/, ""),
        other.sessionToken ?? "",
      ];
      for (const sessionToken of wrong) {
        if (sessionToken === token) continue;
        assert.notEqual(await call({ ...one, sessionToken }), "allowed", sessionToken.slice(-12));
      }
      const { accessKeyId, secretAccessKey } = one;
      assert.notEqual(await call({ accessKeyId, secretAccessKey }), "allowed");
      assert.notEqual(await call({ ...one, secretAccessKey: other.secretAccessKey }), "allowed");
      assert.notEqual(
        await call({ ...ann.credentials, sessionToken: token }),
        "allowed",
        "beside a key of the user's own",
      );
    });

    test(`${kind} end with the answer that says so, one by its key, while a client is asking all the while`, async () => {
      const [one, other] = [await begin(), await begin()];
      using watcher = new Clients(house.place, one);
      const watching = watch(watcher);
      await watching.seen(3);
      await admin().send(new RevokeSessionsCommand({ Subject: one.accessKeyId }));
      watching.revoked();
      await watching.seen(5);
      const { allowedAfter, refusals } = await watching.stop();
      assert.equal(allowedAfter, 0, "nothing that was begun after the answer was allowed");
      assert.ok(
        refusals.every((name) => name === "ExpiredToken"),
        refusals.join(),
      );
      assert.equal(await call(other), "allowed");
      assert.equal(await call(ann.credentials), "allowed");
    });
  }

  test("end all together by their role or user, and later ones go on", async () => {
    const { accountId } = house.place;
    const user = `arn:aws:iam::${accountId}:user/ann`;
    const all = await Promise.all(Object.values(kinds).map((begin) => begin()));
    await admin().send(new RevokeSessionsCommand({ Subject: user, Before: "2026-01-01T00:00:00Z" }));
    for (const credentials of all) assert.equal(await call(credentials), "allowed");
    await admin().send(new RevokeSessionsCommand({ Subject: user }));
    for (const credentials of all)
      assert.equal(await call(credentials), "ExpiredToken", "the role's goes back to the user");
    assert.equal(await call(ann.credentials), "allowed", "an access key is no session");
    const [role, own] = [await kinds["of a role"]?.(), await kinds["of a user"]?.()];
    assert.ok(role !== undefined && own !== undefined);
    assert.equal(await call(role), "allowed");
    await admin().send(new RevokeSessionsCommand({ Subject: RoleArn }));
    assert.equal(await call(role), "ExpiredToken");
    assert.equal(await call(own), "allowed");
  });

  test("are ended by those alone who may, and only what can be ended", async () => {
    const { place, credentials, agent } = ann;
    const client = new AdminClient({ ...place, credentials, agent });
    const Subject = RoleArn;
    await assert.rejects(client.send(new RevokeSessionsCommand({ Subject })), { name: "AccessDeniedException" });
    const allowed = { Effect: "Allow", Action: "strongroom:RevokeSessions", Resource: RoleArn };
    const PolicyDocument = document(allowed, listsBuckets, assumesRoles);
    await house.clients.iam.send(new PutUserPolicyCommand({ UserName: "ann", PolicyName: "test", PolicyDocument }));
    await client.send(new RevokeSessionsCommand({ Subject }));
    const user = `arn:aws:iam::${house.place.accountId}:user/ann`;
    await assert.rejects(client.send(new RevokeSessionsCommand({ Subject: user })), { name: "AccessDeniedException" });
    const wrong = (input: { Subject: string; Before?: string }, name: string) =>
      assert.rejects(admin().send(new RevokeSessionsCommand(input)), { name });
    await wrong({ Subject: `${RoleArn}-missing` }, "ResourceNotFoundException");
    await wrong({ Subject: ann.credentials.accessKeyId }, "ValidationException");
    await wrong({ Subject, Before: "tomorrow, perhaps" }, "ValidationException");
    await wrong({ Subject, Before: "2126-01-01T00:00:00Z" }, "ValidationException");
    await wrong({ Subject: "ASIAAAAAAAAAAAAAAAAA", Before: "2026-01-01T00:00:00Z" }, "ValidationException");
  });

  test("end as AWS's console ends them: by a policy about the time of the token", async () => {
    const before = await kinds["of a role"]?.();
    assert.ok(before !== undefined);
    // The session has to be older than the policy's time, which a fast machine reaches within the same millisecond.
    await setTimeout(5);
    const DateLessThan = { "aws:TokenIssueTime": new Date().toISOString() };
    const statement = { Effect: "Deny", Action: ["*"], Resource: ["*"], Condition: { DateLessThan } };
    const policy = { RoleName, PolicyName: "AWSRevokeOlderSessions" };
    await house.clients.iam.send(new PutRolePolicyCommand({ ...policy, PolicyDocument: document(statement) }));
    assert.equal(await call(before), "AccessDenied");
    const later = await kinds["of a role"]?.();
    assert.ok(later !== undefined);
    assert.equal(await call(later), "allowed");
    await house.clients.iam.send(new DeleteRolePolicyCommand(policy));
    assert.equal(await call(before), "allowed");
  });

  test("leave nothing that failed inside", () => {
    assert.deepEqual(house.log, []);
  });
});

describe("a session that was ended", { skip: await hostLacks() }, () => {
  test("stays so when the server is killed and starts again", async () => {
    await using house = await startHouseProcess();
    const begin = async () => keysOf((await house.clients.sts.send(new GetSessionTokenCommand({}))).Credentials);
    const [one, other] = [await begin(), await begin()];
    const { place, credentials, agent } = house.clients;
    await new AdminClient({ ...place, credentials, agent }).send(
      new RevokeSessionsCommand({ Subject: one.accessKeyId }),
    );
    await house.kill();
    await house.up();
    using ended = new Clients(house.place, one);
    using going = new Clients(house.place, other);
    assert.equal(await listed(ended), "ExpiredToken");
    assert.equal(await listed(going), "allowed");
  });
});

async function listed({ s3 }: Clients): Promise<string> {
  try {
    await s3.send(new ListBucketsCommand({}));
    return "allowed";
  } catch (error) {
    return error instanceof Error ? error.name : "?";
  }
}

/** A client that asks and asks; what it is answered to calls that it began after `revoked`. */
function watch(clients: Clients) {
  let [calls, allowedAfter, isRevoked, isOver] = [0, 0, false, false];
  const refusals: string[] = [];
  const watching = (async () => {
    while (!isOver) {
      const begunAfter = isRevoked;
      const outcome = await listed(clients);
      if (outcome !== "allowed") refusals.push(outcome);
      else if (begunAfter) allowedAfter += 1;
      calls += 1;
    }
  })();
  return {
    revoked: () => (isRevoked = true),
    async seen(more: number) {
      const until = calls + more;
      while (calls < until) await new Promise((resolve) => setImmediate(resolve));
    },
    async stop() {
      isOver = true;
      await watching;
      return { allowedAfter, refusals };
    },
  };
}

function keysOf({ AccessKeyId = "", SecretAccessKey = "", SessionToken = "" }: Given = {}): Credentials {
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}
