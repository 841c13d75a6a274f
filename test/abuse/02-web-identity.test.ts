import { strict as assert } from "node:assert";
import { createHash } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { LookupEventsCommand } from "@aws-sdk/client-cloudtrail";
import {
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  DeleteOpenIDConnectProviderCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { AssumeRoleWithWebIdentityCommand, GetCallerIdentityCommand, type STSClient } from "@aws-sdk/client-sts";
import {
  Clients,
  hostLacks,
  identityToken,
  startHouse,
  startIdentityProvider,
  type IdentityProvider,
  type TestHouse,
} from "@strongroom/testkit";

const RoleName = "ci";

/** Tokens of a real OpenID Connect provider, and what an attacker would make of them. */
describe("tokens of an identity provider", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  let provider: IdentityProvider;
  let stranger: STSClient;
  let nobody: Clients;
  let RoleArn: string;
  let arn: string;
  let token: string;
  before(async () => {
    [house, provider] = [await startHouse(), await startIdentityProvider()];
    nobody = house.clientsFor({ accessKeyId: "AKIAAAAAAAAAAAAAAAAA", secretAccessKey: "none" });
    stranger = nobody.sts;
    const known = { Url: provider.issuer, ClientIDList: [provider.clientId] };
    arn = (await house.clients.iam.send(new CreateOpenIDConnectProviderCommand(known))).OpenIDConnectProviderArn ?? "";
    const AssumeRolePolicyDocument = trusting(provider.subject);
    const { Role } = await house.clients.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    RoleArn = Role?.Arn ?? "";
    token = await identityToken(provider);
  });
  after(async () => {
    nobody[Symbol.dispose]();
    await house[Symbol.asyncDispose]();
    await provider[Symbol.asyncDispose]();
  });

  function trusting(subject: string): string {
    const host = provider.issuer.replace("http://", "");
    const Condition = { StringEquals: { [`${host}:aud`]: provider.clientId, [`${host}:sub`]: subject } };
    const Action = "sts:AssumeRoleWithWebIdentity";
    const Statement = [{ Effect: "Allow", Principal: { Federated: arn }, Action, Condition }];
    return JSON.stringify({ Version: "2012-10-17", Statement });
  }

  const exchange = async (WebIdentityToken: string) =>
    await stranger.send(new AssumeRoleWithWebIdentityCommand({ RoleArn, RoleSessionName: "s1", WebIdentityToken }));

  test("are exchanged for a session, which the trail knows as the person's whom the provider named", async () => {
    const given = await exchange(token);
    const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = given.Credentials ?? {};
    const keys = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
    using session = new Clients(house.place, keys);
    const who = await session.sts.send(new GetCallerIdentityCommand({}));
    assert.match(who.Arn ?? "", /:assumed-role\/ci\/s1$/);
    const lookup = {
      LookupAttributes: [{ AttributeKey: "EventName" as const, AttributeValue: "AssumeRoleWithWebIdentity" }],
    };
    const { Events = [] } = await house.clients.cloudtrail.send(new LookupEventsCommand(lookup));
    const { userIdentity } = JSON.parse(Events[0]?.CloudTrailEvent ?? "{}") as {
      userIdentity?: Record<string, string>;
    };
    assert.equal(userIdentity?.["type"], "WebIdentityUser");
    assert.equal(userIdentity["userName"], provider.subject);
    assert.ok(!JSON.stringify(Events).includes(token.split(".")[2] ?? ""), "the token is in no record");
  });

  test("prove nobody once anything in them is another", async () => {
    const [header = "", payload = "", signature = ""] = token.split(".");
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as Record<string, unknown>;
    const text = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const forged: Readonly<Record<string, string>> = {
      "another subject": `${header}.${text({ ...claims, sub: "root" })}.${signature}`,
      "another audience": `${header}.${text({ ...claims, aud: "other" })}.${signature}`,
      "a longer life": `${header}.${text({ ...claims, exp: 4_000_000_000 })}.${signature}`,
      "no signature": `${text({ alg: "none" })}.${payload}.`,
      "an empty signature": `${header}.${payload}.`,
      "a digest for a signature": `${text({ alg: "HS256" })}.${payload}.${createHash("sha256").update(payload).digest("base64url")}`,
      "a key of its own": `${text({ alg: "RS256", jwk: { kty: "RSA", e: "AQAB", n: "AAAA" } })}.${payload}.${signature}`,
      "an address for keys": `${text({ alg: "RS256", jku: "http://127.0.0.1:1/keys", kid: "x" })}.${payload}.${signature}`,
    };
    for (const [what, one] of Object.entries(forged)) {
      await assert.rejects(exchange(one), { name: "InvalidIdentityTokenException" }, what);
    }
    await exchange(token);
  });

  test("are nothing to a role that trusts another person, nor once the provider is gone", async () => {
    const { iam } = house.clients;
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: trusting("bob") }));
    await assert.rejects(exchange(token), {
      name: "AccessDenied",
      message: "Not authorized to perform sts:AssumeRoleWithWebIdentity",
    });
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: trusting(provider.subject) }));
    await exchange(token);
    await iam.send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn }));
    await assert.rejects(exchange(token), { name: "InvalidIdentityTokenException" });
    assert.deepEqual(house.log, [], "nothing failed inside");
  });
});
