import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ListUsersCommand } from "@aws-sdk/client-iam";
import { AssumeRoleCommand, GetCallerIdentityCommand, GetFederationTokenCommand } from "@aws-sdk/client-sts";
import { accountId, document } from "../../../access/testing/account.ts";
import { keysOf, openStsWorld, packedSize, root, trusts, userArn } from "../testing/sts-world.ts";

const mayFederate = { Effect: "Allow", Action: ["sts:GetFederationToken", "iam:*"], Resource: "*" };
const guest = `arn:aws:sts::${accountId}:federated-user/guest`;

describe("GetFederationToken", () => {
  it("makes a federated user, who has at most what the policy and the user allow", async () => {
    await using world = await openStsWorld();
    const { server } = world;
    const readsData = { Effect: "Allow", Action: "s3:GetObject", Resource: "*" };
    const ann = server.user("ann", mayFederate, readsData);
    const Policy = document([{ Effect: "Allow", Action: ["s3:*"], Resource: "*" }]);
    const made = await server.sts(ann).send(new GetFederationTokenCommand({ Name: "guest", Policy }));
    assert.deepEqual(made.FederatedUser, { FederatedUserId: `${accountId}:guest`, Arn: guest });
    assert.ok((packedSize(made) ?? 0) >= 1);
    const who = await server.sts(keysOf(made.Credentials)).send(new GetCallerIdentityCommand({}));
    assert.deepEqual([who.Arn, who.UserId, who.Account], [guest, `${accountId}:guest`, accountId]);
    const { type, sessionContext } = server.records.at(-1)?.userIdentity ?? {};
    assert.equal(type, "FederatedUser");
    assert.match(JSON.stringify(sessionContext), /"sessionIssuer":\{"type":"IAMUser".*"userName":"ann"/);
    const decide = decisionsOf(world, made.Credentials);
    assert.equal(decide("s3:GetObject"), true);
    assert.equal(decide("s3:PutObject"), false, "the user may not");
    assert.equal(decide("kms:ListKeys"), false, "the policy does not");
  });

  it("leaves a federated user without a policy without rights of the user's", async () => {
    await using world = await openStsWorld();
    const { server } = world;
    const ann = server.user("ann", { Effect: "Allow", Action: "*", Resource: "*" });
    const given = await server.sts(ann).send(new GetFederationTokenCommand({ Name: "guest" }));
    assert.equal(packedSize(given), undefined);
    assert.equal(decisionsOf(world, given.Credentials)("s3:GetObject"), false);
  });

  it("demands the permission on the federated user, and one for tags; tags stand above the user's", async () => {
    await using world = await openStsWorld();
    const { server } = world;
    const onlyGuest = { Effect: "Allow", Action: "sts:GetFederationToken", Resource: guest };
    const ann = server.user("ann", onlyGuest);
    const bob = server.user(
      "bob",
      { ...onlyGuest, Action: "sts:*" },
      { Effect: "Allow", Action: "s3:*", Resource: "*" },
    );
    server.account.access.users.tag("bob", { TEAM: "credit", Floor: "2" });
    const ask = (keys: typeof ann, Name: string, more: object = {}) =>
      server.sts(keys).send(new GetFederationTokenCommand({ Name, ...more }));
    await ask(ann, "guest");
    await assert.rejects(ask(ann, "other"), { name: "AccessDenied", message: /sts:GetFederationToken/ });
    const Tags = [{ Key: "team", Value: "risk" }];
    await assert.rejects(ask(ann, "guest", { Tags }), { name: "AccessDenied", message: /sts:TagSession/ });
    const condition = { StringEquals: { "aws:PrincipalTag/Team": "risk", "aws:PrincipalTag/floor": "2" } };
    const Policy = document([{ Effect: "Allow", Action: "s3:*", Resource: "*", Condition: condition }]);
    assert.equal(decisionsOf(world, (await ask(bob, "guest", { Tags, Policy })).Credentials)("s3:GetObject"), true);
    assert.equal(decisionsOf(world, (await ask(bob, "guest", { Policy })).Credentials)("s3:GetObject"), false);
  });

  it("makes credentials that call neither IAM nor STS, but to ask who they are", async () => {
    await using world = await openStsWorld();
    const { server } = world;
    const Policy = document([{ Effect: "Allow", Action: "*", Resource: "*" }]);
    const ann = server.user("ann", { Effect: "Allow", Action: "*", Resource: "*" });
    const { Credentials } = await server.sts(ann).send(new GetFederationTokenCommand({ Name: "guest", Policy }));
    const RoleArn = world.role("Any", [trusts(root, "sts:AssumeRole")]);
    const keys = keysOf(Credentials);
    await assert.rejects(server.iam(keys).send(new ListUsersCommand({})), { name: "InvalidClientTokenId" });
    await assert.rejects(server.sts(keys).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "s1" })), {
      name: "InvalidClientTokenId",
    });
    await assert.rejects(server.sts(keys).send(new GetFederationTokenCommand({ Name: "more" })), {
      name: "InvalidClientTokenId",
    });
  });

  it("is for users with a key of their own, and ends with them", async () => {
    await using world = await openStsWorld();
    const { server } = world;
    const RoleArn = world.role("Any", [trusts({ AWS: userArn("administrator") }, "sts:AssumeRole")], {
      Action: "sts:*",
    });
    const role = await world.assume(server.administrator, { RoleArn });
    await assert.rejects(server.sts(keysOf(role.Credentials)).send(new GetFederationTokenCommand({ Name: "guest" })), {
      name: "AccessDenied",
      message: "Cannot call GetFederationToken with session credentials",
    });
    const ann = server.user("ann", mayFederate);
    const { Credentials } = await server.sts(ann).send(new GetFederationTokenCommand({ Name: "guest" }));
    const { users, policies } = server.account.access;
    policies.removeInline({ kind: "user", name: "ann" }, "annPolicy");
    users.removeAccessKey("ann", ann.accessKeyId);
    assert.equal(users.remove("ann"), undefined);
    await assert.rejects(server.sts(keysOf(Credentials)).send(new GetCallerIdentityCommand({})), {
      name: "ExpiredTokenException",
      message: /was revoked$/,
    });
  });
});

/** What a session may do to a bucket, say, which no server stands for here. */
function decisionsOf(
  { server: { account } }: Awaited<ReturnType<typeof openStsWorld>>,
  credentials: Parameters<typeof keysOf>[0],
) {
  const { accessKeyId, sessionToken } = keysOf(credentials);
  const credential = account.access.credential(accessKeyId, sessionToken, account.clock.now());
  assert(credential.kind === "active");
  const authority = account.as(credential.principal);
  return (action: string) => authority.decide({ action, resource: "arn:aws:s3:::data/x" }).allowed;
}
