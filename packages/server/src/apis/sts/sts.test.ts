import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  AssumeRoleCommand,
  GetCallerIdentityCommand,
  type AssumeRoleCommandInput,
  type Credentials,
} from "@aws-sdk/client-sts";
import { CreateUserCommand, DeleteRoleCommand, GetUserCommand, ListUsersCommand } from "@aws-sdk/client-iam";
import { accountId, document } from "../../access/testing/account.ts";
import { openAccountServer, type Keys } from "../iam/testing/account-server.ts";

function keysOf(credentials: Partial<Credentials> = {}): Keys {
  const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = credentials;
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

describe("GetCallerIdentity", () => {
  it("tells users and sessions who they are, without any permission", async () => {
    await using server = await openAccountServer();
    const alice = server.user("alice");
    const who = await server.sts(alice).send(new GetCallerIdentityCommand({}));
    assert.equal(who.Arn, `arn:aws:iam::${accountId}:user/alice`);
    assert.equal(who.Account, accountId);
    assert.match(who.UserId ?? "", /^AIDA[A-Z2-7]{16}$/);
  });

  it("is not denied by a session policy", async () => {
    await using server = await openAccountServer();
    const roleArn = server.account.role("Any", { AWS: `arn:aws:iam::${accountId}:user/administrator` });
    const Policy = document([{ Effect: "Deny", Action: "*", Resource: "*" }]);
    const input = { RoleArn: roleArn, RoleSessionName: "s1", Policy };
    const assumed = await server.sts(server.administrator).send(new AssumeRoleCommand(input));
    const who = await server.sts(keysOf(assumed.Credentials)).send(new GetCallerIdentityCommand({}));
    assert.equal(who.Arn, `arn:aws:sts::${accountId}:assumed-role/Any/s1`);
    assert.equal(who.UserId, assumed.AssumedRoleUser?.AssumedRoleId);
  });
});

describe("AssumeRole", () => {
  it("gives credentials with the role's permissions, until the role is gone", async () => {
    await using server = await openAccountServer();
    const administrator = `arn:aws:iam::${accountId}:user/administrator`;
    const statement = { Effect: "Allow", Action: "iam:ListUsers", Resource: "*" };
    const roleArn = server.account.role("Lister", { AWS: administrator }, statement);
    const sts = server.sts(server.administrator);
    const before = Date.now();
    const input = { RoleArn: roleArn, RoleSessionName: "s1", DurationSeconds: 900 };
    const { Credentials } = await sts.send(new AssumeRoleCommand(input));
    const lifeMs = (Credentials?.Expiration?.getTime() ?? 0) - before;
    assert(lifeMs > 890_000 && lifeMs < 910_000, String(lifeMs));
    const iam = server.iam(keysOf(Credentials));
    const { Users } = await iam.send(new ListUsersCommand({}));
    assert.deepEqual(
      Users?.map(({ UserName }) => UserName),
      ["administrator"],
    );
    await assert.rejects(iam.send(new CreateUserCommand({ UserName: "eve" })), { name: "AccessDenied" });
    await assert.rejects(iam.send(new GetUserCommand({})), { name: "ValidationError" });
    server.account.access.policies.removeInline({ kind: "role", name: "Lister" }, "ListerPolicy");
    await server.iam(server.administrator).send(new DeleteRoleCommand({ RoleName: "Lister" }));
    await assert.rejects(iam.send(new ListUsersCommand({})), {
      name: "ExpiredTokenException",
      message: /was revoked$/,
    });
  });

  it("refuses who is not trusted, and a role that does not exist, alike", async () => {
    await using server = await openAccountServer();
    const roleArn = server.account.role("Closed", { Service: "sagemaker.amazonaws.com" });
    const sts = server.sts(server.administrator);
    for (const RoleArn of [roleArn, `arn:aws:iam::${accountId}:role/Missing`]) {
      await assert.rejects(sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "s1" })), {
        name: "AccessDenied",
        message: `User: arn:aws:iam::${accountId}:user/administrator is not authorized to perform: sts:AssumeRole on resource: ${RoleArn} because no role trust policy allows the sts:AssumeRole action`,
      });
    }
  });

  it("refuses what is out of bounds, malformed or not supported, by its name", async () => {
    await using server = await openAccountServer();
    const RoleArn = server.account.role("Any", { AWS: accountId });
    const sts = server.sts(server.administrator);
    const ask = (more: Partial<AssumeRoleCommandInput>) =>
      sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "s1", ...more }));
    await ask({});
    await assert.rejects(ask({ DurationSeconds: 3601 }), { name: "ValidationError", message: /MaxSessionDuration/ });
    await assert.rejects(ask({ DurationSeconds: 899 }), { name: "ValidationError" });
    await assert.rejects(ask({ RoleSessionName: "with space" }), { name: "ValidationError" });
    await assert.rejects(ask({ Policy: "{" }), {
      name: "MalformedPolicyDocumentException",
      message: /line 1, column 2/,
    });
    const ProvidedContexts = [{ ProviderArn: "arn:aws:iam::aws:contextProvider/x", ContextAssertion: "aaaa" }];
    await assert.rejects(ask({ ProvidedContexts }), { name: "ValidationError", message: /ProvidedContexts/ });
    await assert.rejects(ask({ TokenCode: "123456" }), { name: "ValidationError", message: /SerialNumber/ });
  });
});
