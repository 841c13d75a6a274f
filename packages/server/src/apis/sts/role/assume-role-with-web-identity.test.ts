import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { AssumeRoleWithWebIdentityCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { accountId, document, done } from "../../../access/testing/account.ts";
import { idToken, newSigningKey, openIssuer, type Issuer } from "../../../access/testing/issuer.ts";
import { keysOf, openStsWorld, packedSize, trusts, type StsWorld } from "../testing/sts-world.ts";

const key = await newSigningKey("one");
const action = "sts:AssumeRoleWithWebIdentity";

interface Exchange {
  readonly RoleArn: string;
  readonly claims?: object;
  readonly token?: string;
  readonly more?: object;
}

/** An account that trusts an issuer, and a way to exchange its tokens. */
class Federation implements AsyncDisposable {
  readonly world: StsWorld;
  readonly issuer: Issuer;
  readonly arn: string;
  readonly host: string;
  readonly #sts: STSClient;

  constructor(world: StsWorld, issuer: Issuer, arn: string) {
    this.world = world;
    this.issuer = issuer;
    this.arn = arn;
    this.host = issuer.url.replace("http://", "");
    // Credentials that hold for nothing: the operation takes none.
    const credentials = { accessKeyId: "none", secretAccessKey: "none" };
    this.#sts = new STSClient({ endpoint: world.server.endpoint, region: "us-east-1", credentials, maxAttempts: 1 });
  }

  async exchange({ RoleArn, claims = {}, token, more = {} }: Exchange) {
    const now = this.world.server.account.clock.now();
    const WebIdentityToken = token ?? (await idToken(this.issuer.url, key, now, claims as Record<string, unknown>));
    const input = { RoleArn, RoleSessionName: "ci", WebIdentityToken, ...more };
    return await this.#sts.send(new AssumeRoleWithWebIdentityCommand(input));
  }

  async [Symbol.asyncDispose]() {
    this.#sts.destroy();
    await this.issuer[Symbol.asyncDispose]();
    await this.world[Symbol.asyncDispose]();
  }
}

async function openFederation(): Promise<Federation> {
  const [world, issuer] = [await openStsWorld(), await openIssuer()];
  issuer.keys = [key.jwk];
  const { identityProviders } = world.server.account.access;
  const settings = { clientIds: ["client"], thumbprints: [], tags: {} };
  return new Federation(world, issuer, done(identityProviders.create({ url: issuer.url, ...settings })).arn);
}

describe("AssumeRoleWithWebIdentity", () => {
  it("exchanges a token, without a signature, for a session of a role that trusts its provider", async () => {
    await using federation = await openFederation();
    const { world, arn, host } = federation;
    const condition = { StringEquals: { [`${host}:aud`]: "client", [`${host}:sub`]: "ann" } };
    const may = { Condition: { StringEquals: { "aws:FederatedProvider": arn } } };
    const RoleArn = world.role("Ci", [trusts({ Federated: arn }, action, condition)], may);
    const given = await federation.exchange({ RoleArn });
    assert.equal(given.AssumedRoleUser?.Arn, `arn:aws:sts::${accountId}:assumed-role/Ci/ci`);
    const { Audience, Provider, SubjectFromWebIdentityToken } = given;
    assert.deepEqual(
      [Audience, Provider, SubjectFromWebIdentityToken, packedSize(given)],
      ["client", arn, "ann", undefined],
    );
    assert.equal(await world.lists(given.Credentials), true);
    const { sessionContext } = world.server.records.at(-1)?.userIdentity ?? {};
    assert.deepEqual(sessionContext?.["webIdFederationData"], { federatedProvider: arn, attributes: {} });
    const denied = { name: "AccessDenied", message: `Not authorized to perform ${action}` };
    await assert.rejects(federation.exchange({ RoleArn, claims: { sub: "eve" } }), denied);
    await assert.rejects(federation.exchange({ RoleArn: `${RoleArn}x` }), denied);
    assert.deepEqual(world.server.faults, []);
  });

  it("is recorded before and after, under the identity that was proved, without the token", async () => {
    await using federation = await openFederation();
    const { world, arn } = federation;
    const RoleArn = world.role("Ci", [trusts({ Federated: arn }, action)]);
    await federation.exchange({ RoleArn });
    const records = world.server.records.filter(({ eventName }) => eventName === "AssumeRoleWithWebIdentity");
    assert.deepEqual(
      records.map(({ phase }) => phase),
      ["intent", "outcome"],
    );
    for (const { userIdentity } of records) {
      const principalId = `${arn}:client:ann`;
      assert.deepEqual(userIdentity, { type: "WebIdentityUser", principalId, userName: "ann", identityProvider: arn });
    }
    assert.doesNotMatch(JSON.stringify(records), /eyJ/, "no token, and no secret");
    await assert.rejects(federation.exchange({ RoleArn, token: "no.such.token" }));
    assert.deepEqual(world.server.records.at(-1)?.userIdentity, { type: "Unknown", principalId: "anonymous" });
    assert.equal(world.server.records.at(-1)?.errorCode, "InvalidIdentityTokenException");
  });

  it("answers faults of tokens with AWS's errors", async () => {
    await using federation = await openFederation();
    const { world, arn, issuer } = federation;
    const RoleArn = world.role("Ci", [trusts({ Federated: arn }, action)]);
    const now = Math.floor(world.server.account.clock.now().getTime() / 1000);
    const rejects = (exchange: Partial<Exchange>, name: string, message: RegExp) =>
      assert.rejects(federation.exchange({ RoleArn, ...exchange }), { name, message });
    await rejects({ claims: { exp: now - 1 } }, "ExpiredTokenException", /^Token expired: current date/);
    await rejects({ claims: { aud: "other" } }, "InvalidIdentityTokenException", /^Incorrect token audience$/);
    await rejects({ token: "aaaa" }, "InvalidIdentityTokenException", /not a valid JWT/);
    await rejects({ claims: { nbf: now + 300 } }, "IDPRejectedClaimException", /not valid yet/);
    issuer.instead = (_, response) => void response.writeHead(500).end();
    const other = await openIssuer();
    await other[Symbol.asyncDispose]();
    const settings = { clientIds: ["client"], thumbprints: [], tags: {} };
    world.server.account.access.identityProviders.create({ url: other.url, ...settings });
    await rejects({ claims: { iss: other.url } }, "IDPCommunicationErrorException", /ECONNREFUSED/);
    const Policy = document([{ Effect: "Allow", Action: "s3:*", Resource: "*" }]);
    const policies = Array.from({ length: 10 }, (_, at) => ({
      arn: `arn:aws:iam::aws:policy/${"p".repeat(200)}${at}`,
    }));
    await rejects({ more: { PolicyArns: policies } }, "ValidationError", /does not exist/);
    await rejects(
      { more: { Policy: Policy.replace("Allow", "Perhaps") } },
      "MalformedPolicyDocumentException",
      /line 1/,
    );
    await rejects({ more: { DurationSeconds: 3601 } }, "ValidationError", /MaxSessionDuration/);
    await rejects({ more: { ProviderId: "www.amazon.com" } }, "ValidationError", /ProviderId/);
  });

  it("takes session policies, and tags and a source identity out of the token, where the role allows them", async () => {
    await using federation = await openFederation();
    const { world, arn } = federation;
    const tags = {
      "https://aws.amazon.com/tags": { principal_tags: { Team: ["risk"] }, transitive_tag_keys: ["Team"] },
    };
    const claims = { ...tags, "https://aws.amazon.com/source_identity": "ann" };
    const condition = { StringEquals: { "aws:PrincipalTag/Team": "risk", "aws:SourceIdentity": "ann" } };
    const all = [action, "sts:TagSession", "sts:SetSourceIdentity"];
    const open = world.role("Open", [trusts({ Federated: arn }, all)], { Condition: condition });
    const closed = world.role("Closed", [trusts({ Federated: arn }, action)]);
    const given = await federation.exchange({ RoleArn: open, claims });
    assert.equal(given.SourceIdentity, "ann");
    assert.ok((packedSize(given) ?? 0) >= 1);
    assert.equal(await world.lists(given.Credentials), true);
    await assert.rejects(federation.exchange({ RoleArn: closed, claims }), {
      name: "AccessDenied",
      message: "Not authorized to perform sts:TagSession",
    });
    const Policy = document([{ Effect: "Allow", Action: "s3:*", Resource: "*" }]);
    const less = await federation.exchange({ RoleArn: open, claims, more: { Policy } });
    assert.equal(await world.lists(less.Credentials), false);
  });

  it("trusts a provider for the roles that name it, and no account, user or everybody for a token", async () => {
    await using federation = await openFederation();
    const { world } = federation;
    for (const [name, principal] of [
      ["Account", { AWS: accountId }],
      ["Service", { Service: "sagemaker.amazonaws.com" }],
    ] as const) {
      const RoleArn = world.role(name, [trusts(principal, [action, "sts:AssumeRole"])]);
      await assert.rejects(federation.exchange({ RoleArn }), { name: "AccessDenied" });
    }
    const Federated = `arn:aws:iam::${accountId}:oidc-provider/login.example.com`;
    await assert.rejects(federation.exchange({ RoleArn: world.role("Other", [trusts({ Federated }, action)]) }), {
      name: "AccessDenied",
    });
  });

  it("ends sessions with the provider, and when the role is changed", async () => {
    await using federation = await openFederation();
    const { world, arn } = federation;
    const { access } = world.server.account;
    const RoleArn = world.role("Ci", [trusts({ Federated: arn }, action)]);
    const over = { name: "ExpiredTokenException", message: /was revoked$/ };
    const first = await federation.exchange({ RoleArn });
    access.roles.tag("Ci", { Team: "risk" });
    await assert.rejects(world.lists(first.Credentials), over);
    const second = await federation.exchange({ RoleArn });
    assert.equal(await world.lists(second.Credentials), true);
    access.identityProviders.remove(arn);
    await assert.rejects(world.lists(second.Credentials), over);
    await assert.rejects(federation.exchange({ RoleArn }), {
      name: "InvalidIdentityTokenException",
      message: /No OpenIDConnect provider/,
    });
  });
});

describe("a request without a signature", () => {
  const form = (fields: Record<string, string>, more: Record<string, string> = {}) => ({
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", ...more },
    body: new URLSearchParams({ Version: "2011-06-15", ...fields }).toString(),
  });

  it("reaches no other operation of STS or IAM", async () => {
    await using federation = await openFederation();
    const { endpoint, records } = federation.world.server;
    const asked = [
      form({ Action: "GetCallerIdentity" }),
      form({ Action: "AssumeRole", RoleArn: "arn:aws:iam::111122223333:role/x", RoleSessionName: "s1" }),
      form({ Action: "ListUsers", Version: "2010-05-08" }),
      form({ Action: "assumerolewithwebidentity" }),
      form({ Action: "AssumeRoleWithWebIdentity", Version: "2010-05-08" }),
      { method: "POST", body: "Action=AssumeRoleWithWebIdentity", headers: {} },
    ];
    for (const request of asked) {
      const answer = await fetch(endpoint, request);
      assert.equal(answer.status, 403);
      assert.match(await answer.text(), /MissingAuthenticationToken|AccessDenied/);
      assert.equal(records.at(-1)?.userIdentity.type, "Unknown");
    }
  });

  it("is refused when it has a signature that does not hold, or half of one", async () => {
    await using federation = await openFederation();
    const { world, arn, issuer } = federation;
    const RoleArn = world.role("Ci", [trusts({ Federated: arn }, action)]);
    const WebIdentityToken = await idToken(issuer.url, key, world.server.account.clock.now());
    const fields = { Action: "AssumeRoleWithWebIdentity", RoleArn, RoleSessionName: "ci", WebIdentityToken };
    const send = async (more: Record<string, string> = {}, path = "") => {
      const answer = await fetch(`${world.server.endpoint}/${path}`, form(fields, more));
      return `${answer.status} ${/<Code>(.*?)<\/Code>/.exec(await answer.text())?.[1] ?? ""}`;
    };
    assert.equal(await send(), "200 ");
    assert.equal(await send({ authorization: "Basic YTpi" }), "400 IncompleteSignature");
    const scope = "AKIAIOSFODNN7EXAMPLE/20260101/us-east-1/sts/aws4_request";
    const signature = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;x-amz-date, Signature=${"0".repeat(64)}`;
    assert.match(
      await send({ authorization: signature, "x-amz-date": "20260101T000000Z" }),
      /^403 SignatureDoesNotMatch/,
    );
    assert.match(await send({}, "?X-Amz-Signature=00"), /^400 /);
  });

  it("may be signed after all, and is then its signer's in the trail, and the token's in what it gives", async () => {
    await using federation = await openFederation();
    const { world, arn, issuer } = federation;
    const RoleArn = world.role("Ci", [trusts({ Federated: arn }, action)]);
    const WebIdentityToken = await idToken(issuer.url, key, world.server.account.clock.now());
    const sts = world.server.sts(world.server.administrator);
    const input = { RoleArn, RoleSessionName: "ci", WebIdentityToken };
    const { Credentials } = await sts.send(new AssumeRoleWithWebIdentityCommand(input));
    const who = await world.server.sts(keysOf(Credentials)).send(new GetCallerIdentityCommand({}));
    assert.equal(who.Arn, `arn:aws:sts::${accountId}:assumed-role/Ci/ci`);
  });
});
