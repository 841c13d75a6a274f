import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { accountId, document } from "../../../access/testing/account.ts";
import { keysOf, openStsWorld, packedSize, root, trusts, userArn } from "../testing/sts-world.ts";

const administrator = { AWS: userArn("administrator") };
const team = [{ Key: "Team", Value: "risk" }];

describe("AssumeRole with session tags", () => {
  it("takes tags where the trust policy has sts:TagSession, under its conditions, and decides with them", async () => {
    await using world = await openStsWorld();
    const { administrator: keys } = world.server;
    const may = { Condition: { StringEquals: { "aws:PrincipalTag/team": "risk" } } };
    const closed = world.role("Closed", [trusts(administrator, "sts:AssumeRole")], may);
    await assert.rejects(world.assume(keys, { RoleArn: closed, Tags: team }), {
      name: "AccessDenied",
      message: /sts:TagSession .* because no role trust policy allows the sts:TagSession action/,
    });
    const onlyRisk = {
      StringEquals: { "aws:RequestTag/Team": "risk" },
      "ForAllValues:StringEquals": { "aws:TagKeys": ["Team"] },
    };
    const trust = [trusts(administrator, "sts:AssumeRole"), trusts(administrator, "sts:TagSession", onlyRisk)];
    const open = world.role("Open", trust, may);
    const tagged = await world.assume(keys, { RoleArn: open, Tags: team });
    assert.equal(await world.lists(tagged.Credentials), true);
    const packed = packedSize(tagged) ?? 0;
    assert.ok(packed >= 1 && packed < 10, String(packed));
    const used = tagged.SessionTokenUtilization ?? 0;
    assert.ok(used >= 1 && used < 20, String(used));
    const untagged = await world.assume(keys, { RoleArn: open });
    assert.equal(await world.lists(untagged.Credentials), false);
    assert.equal(packedSize(untagged), undefined);
    for (const Tags of [[{ Key: "Team", Value: "credit" }], [...team, { Key: "more", Value: "1" }]]) {
      await assert.rejects(world.assume(keys, { RoleArn: open, Tags }), { name: "AccessDenied" });
    }
  });

  it("asks the caller's own policies too, where the role trusts the account", async () => {
    await using world = await openStsWorld();
    const allow = (...Action: string[]) => ({ Effect: "Allow", Action, Resource: "*" });
    const bob = world.server.user("bob", allow("sts:AssumeRole"));
    const carol = world.server.user("carol", allow("sts:AssumeRole", "sts:TagSession"));
    const RoleArn = world.role("Any", [trusts(root, ["sts:AssumeRole", "sts:TagSession"])]);
    await world.assume(bob, { RoleArn });
    await assert.rejects(world.assume(bob, { RoleArn, Tags: team }), {
      name: "AccessDenied",
      message: /sts:TagSession .* because no identity-based policy allows/,
    });
    await world.assume(carol, { RoleArn, Tags: team });
  });

  it("lets a session's tag stand above the role's of the same name, whatever its capitals", async () => {
    await using world = await openStsWorld();
    const may = { Condition: { StringEquals: { "aws:PrincipalTag/team": "risk" } } };
    const RoleArn = world.role("Tagged", [trusts(administrator, ["sts:AssumeRole", "sts:TagSession"])], may);
    world.server.account.access.roles.tag("Tagged", { TEAM: "credit" });
    const keys = world.server.administrator;
    assert.equal(await world.lists((await world.assume(keys, { RoleArn })).Credentials), false);
    assert.equal(await world.lists((await world.assume(keys, { RoleArn, Tags: team })).Credentials), true);
  });

  it("refuses keys that are one but for capitals, reserved ones, too many, and transitive ones that are no tags", async () => {
    await using world = await openStsWorld();
    const RoleArn = world.role("Any", [trusts(administrator, ["sts:AssumeRole", "sts:TagSession"])]);
    const ask = (Tags: { Key: string; Value: string }[], TransitiveTagKeys?: string[]) =>
      world.assume(world.server.administrator, { RoleArn, Tags, ...(TransitiveTagKeys && { TransitiveTagKeys }) });
    const invalid = (message: RegExp) => ({ name: "ValidationError", message });
    await assert.rejects(ask([...team, { Key: "team", Value: "credit" }]), invalid(/Duplicate tag keys/));
    await assert.rejects(ask([{ Key: "aws:team", Value: "x" }]), invalid(/reserved/));
    const many = Array.from({ length: 51 }, (_, at) => ({ Key: `k${at}`, Value: "v" }));
    await assert.rejects(ask(many), invalid(/Tags|tags/));
    await assert.rejects(ask(team, ["Owner"]), invalid(/must be included in the requested tags/));
    const large = Array.from({ length: 50 }, (_, at) => ({ Key: `k${at}`, Value: noise(200, at) }));
    await assert.rejects(ask(large), { name: "PackedPolicyTooLargeException", message: /consume 1\d\d% of allotted/ });
  });
});

describe("role chaining", () => {
  it("carries transitive tags along, which nobody overrides, and leaves the others behind", async () => {
    await using world = await openStsWorld();
    const both = ["sts:AssumeRole", "sts:TagSession"];
    const first = world.role("First", [trusts(administrator, both)]);
    const trustFirst = { AWS: first };
    const teamOnly = { Condition: { StringEquals: { "aws:PrincipalTag/Team": "risk" } } };
    const ownerOnly = { Condition: { StringEquals: { "aws:PrincipalTag/Owner": "ann" } } };
    const second = world.role("Second", [trusts(trustFirst, both)], teamOnly);
    const third = world.role("Third", [trusts(trustFirst, both)], ownerOnly);
    const untagging = world.role("Untagging", [trusts(trustFirst, "sts:AssumeRole")]);
    const Tags = [...team, { Key: "Owner", Value: "ann" }];
    const from = await world.assume(world.server.administrator, { RoleArn: first, Tags, TransitiveTagKeys: ["Team"] });
    const keys = keysOf(from.Credentials);
    assert.equal(await world.lists((await world.assume(keys, { RoleArn: second })).Credentials), true);
    assert.equal(await world.lists((await world.assume(keys, { RoleArn: third })).Credentials), false);
    const Override = [{ Key: "TEAM", Value: "credit" }];
    await assert.rejects(world.assume(keys, { RoleArn: second, Tags: Override }), {
      name: "ValidationError",
      message: /conflicts with a transitive tag key from the calling session/,
    });
    await assert.rejects(world.assume(keys, { RoleArn: untagging }), {
      name: "AccessDenied",
      message: /sts:TagSession/,
    });
  });

  it("lasts an hour at most", async () => {
    await using world = await openStsWorld();
    const first = world.role("First", [trusts(administrator, "sts:AssumeRole")]);
    const second = world.role("Second", [trusts({ AWS: first }, "sts:AssumeRole")]);
    world.server.account.access.roles.update("Second", { maxSessionSeconds: 43_200 });
    const from = await world.assume(world.server.administrator, { RoleArn: first });
    const keys = keysOf(from.Credentials);
    await world.assume(keys, { RoleArn: second, DurationSeconds: 3600 });
    await assert.rejects(world.assume(keys, { RoleArn: second, DurationSeconds: 3601 }), {
      name: "ValidationError",
      message: /1 hour session limit for roles assumed by role chaining/,
    });
  });
});

describe("AssumeRole with a source identity", () => {
  it("is a permission of its own, stays along all roles, and stands in the trail", async () => {
    await using world = await openStsWorld();
    const both = ["sts:AssumeRole", "sts:SetSourceIdentity"];
    const isAnn = { StringEquals: { "sts:SourceIdentity": "ann" } };
    const closed = world.role("Closed", [trusts(administrator, "sts:AssumeRole")]);
    const first = world.role("First", [trusts(administrator, both, isAnn)]);
    const may = { Condition: { StringEquals: { "aws:SourceIdentity": "ann" } } };
    const second = world.role("Second", [trusts({ AWS: first }, both)], may);
    const silent = world.role("Silent", [trusts({ AWS: first }, "sts:AssumeRole")]);
    const admin = world.server.administrator;
    const denied = { name: "AccessDenied", message: /SourceIdentity/ };
    await assert.rejects(world.assume(admin, { RoleArn: closed, SourceIdentity: "ann" }), denied);
    await assert.rejects(world.assume(admin, { RoleArn: first, SourceIdentity: "eve" }), { name: "AccessDenied" });
    const from = await world.assume(admin, { RoleArn: first, SourceIdentity: "ann" });
    assert.equal(from.SourceIdentity, "ann");
    const keys = keysOf(from.Credentials);
    const on = await world.assume(keys, { RoleArn: second });
    assert.equal(on.SourceIdentity, "ann");
    assert.equal(await world.lists(on.Credentials), true);
    const { sessionContext, type } = world.server.records.at(-1)?.userIdentity ?? {};
    assert.equal(type, "AssumedRole");
    assert.equal(sessionContext?.["sourceIdentity"], "ann");
    await assert.rejects(world.assume(keys, { RoleArn: second, SourceIdentity: "eve" }), {
      name: "AccessDenied",
      message: /cannot be changed/,
    });
    await assert.rejects(world.assume(keys, { RoleArn: silent }), denied);
  });
});

describe("AssumeRole with an external id", () => {
  it("is decided by the trust policy", async () => {
    await using world = await openStsWorld();
    const condition = { StringEquals: { "sts:ExternalId": "agreed" } };
    const RoleArn = world.role("Partner", [trusts(administrator, "sts:AssumeRole", condition)]);
    const ask = (more: object) => world.assume(world.server.administrator, { RoleArn, ...more });
    await ask({ ExternalId: "agreed" });
    await assert.rejects(ask({}), { name: "AccessDenied" });
    await assert.rejects(ask({ ExternalId: "guessed" }), { name: "AccessDenied" });
  });
});

describe("AssumeRole with session policies", () => {
  it("needs one of them to allow, follows managed ones as they change, and answers what they take", async () => {
    await using world = await openStsWorld();
    const { policies } = world.server.account.access;
    const RoleArn = world.role("Any", [trusts(administrator, "sts:AssumeRole")]);
    const statement = (Action: string) => document([{ Effect: "Allow", Action, Resource: "*" }]);
    const rest = { path: "/", description: undefined, tags: {} };
    for (const [name, action] of [
      ["Lists", "iam:ListUsers"],
      ["Other", "iam:GetUser"],
    ] as const) {
      policies.create({ name, document: statement(action), ...rest });
    }
    const arn = (name: string) => `arn:aws:iam::${accountId}:policy/${name}`;
    const ask = async (more: object) => await world.assume(world.server.administrator, { RoleArn, ...more });
    const lists = async (more: object) => await world.lists((await ask(more)).Credentials);
    assert.equal(await lists({ PolicyArns: [{ arn: arn("Lists") }] }), true);
    assert.equal(await lists({ PolicyArns: [{ arn: arn("Other") }] }), false);
    assert.equal(await lists({ Policy: statement("iam:GetUser"), PolicyArns: [{ arn: arn("Lists") }] }), true);
    const session = await ask({ PolicyArns: [{ arn: arn("Lists") }] });
    assert.ok((packedSize(session) ?? 0) >= 1);
    policies.remove(arn("Lists"));
    assert.equal(await world.lists(session.Credentials), false);
  });

  it("refuses policies that are missing, too many, malformed, or too large together", async () => {
    await using world = await openStsWorld();
    const RoleArn = world.role("Any", [trusts(administrator, "sts:AssumeRole")]);
    const ask = (more: object) => world.assume(world.server.administrator, { RoleArn, ...more });
    const missing = [{ arn: `arn:aws:iam::${accountId}:policy/Missing` }];
    await assert.rejects(ask({ PolicyArns: missing }), { name: "ValidationError", message: /does not exist/ });
    const many = Array.from({ length: 11 }, () => ({ arn: "arn:aws:iam::aws:policy/AdministratorAccess" }));
    await assert.rejects(ask({ PolicyArns: many }), { name: "ValidationError" });
    await assert.rejects(ask({ PolicyArns: many.slice(0, 2) }), { name: "ValidationError", message: /each once/ });
    await assert.rejects(ask({ Policy: "{}" }), { name: "MalformedPolicyDocumentException" });
    const Policy = document([{ Effect: "Allow", Action: "s3:*", Resource: `arn:aws:s3:::${"b".repeat(1930)}` }]);
    await assert.rejects(ask({ Policy, PolicyArns: many.slice(0, 1) }), { name: "PackedPolicyTooLargeException" });
  });
});

describe("AssumeRole with a second factor", () => {
  const needsMfa = { Bool: { "aws:MultiFactorAuthPresent": "true" } };

  it("lets the trust policy ask for one, takes each code once, and marks the session", async () => {
    await using world = await openStsWorld();
    const ann = world.server.user("ann");
    const device = world.device("ann");
    const may = { Condition: { ...needsMfa, NumericLessThan: { "aws:MultiFactorAuthAge": "120" } } };
    const RoleArn = world.role("Careful", [trusts({ AWS: userArn("ann") }, "sts:AssumeRole", needsMfa)], may);
    const ask = (TokenCode: string) => world.assume(ann, { RoleArn, SerialNumber: device.serial, TokenCode });
    await assert.rejects(world.assume(ann, { RoleArn }), { name: "AccessDenied" });
    const code = device.code();
    const wrong = code === "000000" ? "000001" : "000000";
    await assert.rejects(ask(wrong), { name: "AccessDenied", message: /^MultiFactorAuthentication failed/ });
    const { Credentials } = await ask(code);
    assert.equal(await world.lists(Credentials), true);
    const { sessionContext } = world.server.records.at(-1)?.userIdentity ?? {};
    assert.equal((sessionContext?.["attributes"] as { mfaAuthenticated?: string }).mfaAuthenticated, "true");
    await assert.rejects(ask(code), { name: "AccessDenied", message: /^MultiFactorAuthentication failed/ });
    world.server.account.clock.advance(121_000);
    assert.equal(await world.lists(Credentials), false);
  });

  it("is not taken from another's device, nor from a session of a role", async () => {
    await using world = await openStsWorld();
    const ann = world.server.user("ann");
    world.server.user("bob");
    const device = world.device("bob");
    const RoleArn = world.role("Any", [trusts({ AWS: userArn("ann") }, "sts:AssumeRole")]);
    const second = world.role("Second", [trusts({ AWS: RoleArn }, "sts:AssumeRole")]);
    const factor = () => ({ SerialNumber: device.serial, TokenCode: device.code() });
    await assert.rejects(world.assume(ann, { RoleArn, ...factor() }), { name: "AccessDenied" });
    const { Credentials } = await world.assume(ann, { RoleArn });
    await assert.rejects(world.assume(keysOf(Credentials), { RoleArn: second, ...factor() }), {
      name: "AccessDenied",
      message: "Only users have MFA devices.",
    });
  });
});

/** Text that does not compress, the same at each run. */
function noise(length: number, seed: number): string {
  let state = seed + 1;
  return Array.from({ length }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return (state % 36).toString(36);
  }).join("");
}
