import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { GetUserCommand } from "@aws-sdk/client-iam";
import {
  AssumeRoleCommand,
  GetAccessKeyInfoCommand,
  GetCallerIdentityCommand,
  GetFederationTokenCommand,
  GetSessionTokenCommand,
} from "@aws-sdk/client-sts";
import { accountId } from "../../../access/testing/account.ts";
import { keysOf, openStsWorld, trusts, userArn } from "../testing/sts-world.ts";

const everything = { Effect: "Allow", Action: "*", Resource: "*" };

describe("GetSessionToken", () => {
  it("gives a user's own rights for twelve hours, without any permission", async () => {
    await using world = await openStsWorld();
    const { server } = world;
    const ann = server.user("ann");
    const RoleArn = world.role("Any", [trusts({ AWS: userArn("ann") }, "sts:AssumeRole")]);
    const { Credentials } = await server.sts(ann).send(new GetSessionTokenCommand({}));
    const lifeMs = (Credentials?.Expiration?.getTime() ?? 0) - server.account.clock.now().getTime();
    assert.equal(lifeMs, 43_200_000);
    const sts = server.sts(keysOf(Credentials));
    const who = await sts.send(new GetCallerIdentityCommand({}));
    assert.equal(who.Arn, userArn("ann"));
    assert.match(who.UserId ?? "", /^AIDA/);
    await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "s1" }));
    const { type, sessionContext } = server.records.at(-1)?.userIdentity ?? {};
    assert.equal(type, "IAMUser");
    assert.match(JSON.stringify(sessionContext), /"creationDate":"[^"]+Z","mfaAuthenticated":"false"/);
    assert.deepEqual(server.faults, []);
  });

  it("keeps durations between a quarter of an hour and a day and a half", async () => {
    await using world = await openStsWorld();
    const sts = world.server.sts(world.server.user("ann"));
    for (const DurationSeconds of [900, 129_600]) await sts.send(new GetSessionTokenCommand({ DurationSeconds }));
    for (const DurationSeconds of [899, 129_601]) {
      await assert.rejects(sts.send(new GetSessionTokenCommand({ DurationSeconds })), { name: "ValidationError" });
    }
  });

  it("is not for sessions, whose credentials reach neither IAM nor the rest of STS", async () => {
    await using world = await openStsWorld();
    const { server } = world;
    const ann = server.user("ann", everything);
    const { Credentials } = await server.sts(ann).send(new GetSessionTokenCommand({}));
    const sts = server.sts(keysOf(Credentials));
    const limited = (message: RegExp) => ({ name: "InvalidClientTokenId", message });
    await assert.rejects(sts.send(new GetSessionTokenCommand({})), limited(/cannot call sts:GetSessionToken\.$/));
    await assert.rejects(sts.send(new GetFederationTokenCommand({ Name: "guest" })), limited(/sts:GetFederationToken/));
    const AccessKeyId = ann.accessKeyId;
    await assert.rejects(sts.send(new GetAccessKeyInfoCommand({ AccessKeyId })), limited(/sts:GetAccessKeyInfo/));
    const iam = server.iam(keysOf(Credentials));
    await assert.rejects(iam.send(new GetUserCommand({})), limited(/iam:GetUser unless a second factor was shown/));
    const RoleArn = world.role("Any", [trusts({ AWS: userArn("ann") }, "sts:AssumeRole")]);
    const role = await world.assume(ann, { RoleArn });
    await assert.rejects(server.sts(keysOf(role.Credentials)).send(new GetSessionTokenCommand({})), {
      name: "AccessDenied",
      message: "Cannot call GetSessionToken with session credentials",
    });
  });

  it("reaches IAM with a second factor, and lets policies ask for it and for how old it is", async () => {
    await using world = await openStsWorld();
    const { server } = world;
    const needsMfa = {
      NumericLessThan: { "aws:MultiFactorAuthAge": "600" },
      Bool: { "aws:MultiFactorAuthPresent": "true" },
    };
    const ann = server.user("ann", { ...everything, Condition: needsMfa });
    const device = world.device("ann");
    const exchange = (TokenCode: string) =>
      server.sts(ann).send(new GetSessionTokenCommand({ SerialNumber: device.serial, TokenCode }));
    const plain = await server.sts(ann).send(new GetSessionTokenCommand({}));
    assert.ok(plain.Credentials);
    const code = device.code();
    const { Credentials } = await exchange(code);
    const iam = server.iam(keysOf(Credentials));
    assert.equal((await iam.send(new GetUserCommand({}))).User?.UserName, "ann");
    await assert.rejects(exchange(code), { name: "AccessDenied", message: /^MultiFactorAuthentication failed/ });
    await assert.rejects(server.iam(ann).send(new GetUserCommand({})), { name: "AccessDenied" });
    server.account.clock.advance(600_000);
    await assert.rejects(iam.send(new GetUserCommand({})), { name: "AccessDenied" });
  });
});

describe("GetAccessKeyInfo", () => {
  it("tells the account of any key that this server could have made, with a permission", async () => {
    await using world = await openStsWorld();
    const { server } = world;
    const ask = (AccessKeyId: string) =>
      server.sts(server.administrator).send(new GetAccessKeyInfoCommand({ AccessKeyId }));
    const { Credentials } = await server.sts(server.administrator).send(new GetSessionTokenCommand({}));
    assert.equal((await ask(server.administrator.accessKeyId)).Account, accountId);
    assert.equal((await ask(Credentials?.AccessKeyId ?? "")).Account, accountId);
    await assert.rejects(ask("AKIA0000000000000000"), { name: "ValidationError", message: /Invalid AccessKeyId/ });
    const nobody = server.sts(server.user("nobody"));
    const AccessKeyId = server.administrator.accessKeyId;
    await assert.rejects(nobody.send(new GetAccessKeyInfoCommand({ AccessKeyId })), {
      name: "AccessDenied",
      message: /sts:GetAccessKeyInfo/,
    });
  });
});
