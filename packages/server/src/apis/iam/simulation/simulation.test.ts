import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  AddUserToGroupCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  GetContextKeysForCustomPolicyCommand,
  GetContextKeysForPrincipalPolicyCommand,
  paginateSimulateCustomPolicy,
  PutGroupPolicyCommand,
  PutUserPermissionsBoundaryCommand,
  SimulateCustomPolicyCommand,
  SimulatePrincipalPolicyCommand,
  TagUserCommand,
  type SimulateCustomPolicyCommandInput,
} from "@aws-sdk/client-iam";
import { accountId, document, trustSageMaker } from "../../../access/testing/account.ts";
import { openAccountServer } from "../testing/account-server.ts";

const allow = (Action: string, Resource = "*", more: object = {}) =>
  document([{ Effect: "Allow", Action, Resource, ...more }]);
const deny = (Action: string, Resource = "*") => document([{ Effect: "Deny", Action, Resource }]);
const object = "arn:aws:s3:::data/key";
const userArn = (name: string) => `arn:aws:iam::${accountId}:user/${name}`;

type Custom = Omit<SimulateCustomPolicyCommandInput, "ActionNames"> & { ActionNames?: string[] };

async function custom(input: Custom) {
  await using server = await openAccountServer();
  const iam = server.iam(server.administrator);
  const { EvaluationResults } = await iam.send(
    new SimulateCustomPolicyCommand({ ActionNames: ["s3:GetObject"], ...input }),
  );
  return EvaluationResults ?? [];
}

describe("SimulateCustomPolicy", () => {
  it("tells each action on each resource, in the order that was asked", async () => {
    const results = await custom({
      PolicyInputList: [allow("s3:Get*", object), deny("s3:GetObject", "arn:aws:s3:::data/secret")],
      ActionNames: ["s3:PutObject", "s3:GetObject"],
      ResourceArns: [object, "arn:aws:s3:::data/secret"],
    });
    assert.deepEqual(
      results.map((one) => [one.EvalActionName, one.EvalResourceName, one.EvalDecision]),
      [
        ["s3:PutObject", object, "implicitDeny"],
        ["s3:PutObject", "arn:aws:s3:::data/secret", "implicitDeny"],
        ["s3:GetObject", object, "allowed"],
        ["s3:GetObject", "arn:aws:s3:::data/secret", "explicitDeny"],
      ],
    );
    assert.deepEqual(
      results.map(({ MatchedStatements }) => MatchedStatements?.map(({ SourcePolicyId }) => SourcePolicyId)),
      [[], [], ["PolicyInputList.1"], ["PolicyInputList.2"]],
    );
    const all = await custom({ PolicyInputList: [allow("s3:GetObject")] });
    assert.deepEqual([all[0]?.EvalResourceName, all[0]?.EvalDecision], ["*", "allowed"]);
  });

  it("says where the statements stand that decided; a deny alone", async () => {
    const policy = [
      '{ "Version": "2012-10-17",',
      '  "Statement": [',
      '    { "Effect": "Allow", "Action": "s3:*", "Resource": "*" },',
      "    {",
      '      "Effect": "Deny", "Action": "s3:GetObject", "Resource": "*"',
      "    }",
      "  ] }",
    ].join("\n");
    const [result] = await custom({ PolicyInputList: [policy] });
    assert.deepEqual(result?.MatchedStatements, [
      {
        SourcePolicyId: "PolicyInputList.1",
        SourcePolicyType: "none",
        StartPosition: { Line: 4, Column: 5 },
        EndPosition: { Line: 6, Column: 6 },
      },
    ]);
  });

  it("decides with the context that is given, and names what is missing", async () => {
    const Condition = { StringEquals: { "aws:SourceVpc": "vpc-1" }, Bool: { "aws:SecureTransport": "true" } };
    const PolicyInputList = [allow("s3:GetObject", "arn:aws:s3:::${aws:username}/*", { Condition })];
    const ContextEntries = [
      { ContextKeyName: "aws:sourcevpc", ContextKeyValues: ["vpc-1"], ContextKeyType: "string" as const },
      { ContextKeyName: "aws:SecureTransport", ContextKeyValues: ["true"], ContextKeyType: "boolean" as const },
    ];
    const ResourceArns = ["arn:aws:s3:::alice/key"];
    const [without] = await custom({ PolicyInputList, ResourceArns, ContextEntries });
    assert.deepEqual([without?.EvalDecision, without?.MissingContextValues], ["implicitDeny", ["aws:username"]]);
    const named = { ContextKeyName: "aws:username", ContextKeyValues: ["alice"], ContextKeyType: "string" as const };
    const [given] = await custom({ PolicyInputList, ResourceArns, ContextEntries: [...ContextEntries, named] });
    assert.deepEqual([given?.EvalDecision, given?.MissingContextValues], ["allowed", []]);
  });

  it("keeps within a boundary and an organisation, and says which of them stood in the way", async () => {
    const PolicyInputList = [allow("s3:*")];
    const [within] = await custom({ PolicyInputList, PermissionsBoundaryPolicyInputList: [allow("s3:Get*")] });
    assert.equal(within?.EvalDecision, "allowed");
    assert.deepEqual(within.PermissionsBoundaryDecisionDetail, { AllowedByPermissionsBoundary: true });
    assert.equal(within.OrganizationsDecisionDetail, undefined);
    const [beyond] = await custom({ PolicyInputList, PermissionsBoundaryPolicyInputList: [allow("kms:*")] });
    assert.equal(beyond?.EvalDecision, "implicitDeny");
    assert.deepEqual(beyond.PermissionsBoundaryDecisionDetail, { AllowedByPermissionsBoundary: false });
    const levels = (...documents: string[]) => documents.map((one) => ({ ServiceControlPolicyInputList: [one] }));
    for (const [above, decision, allowed] of [
      [levels(allow("*"), allow("s3:*")), "allowed", true],
      [levels(allow("*"), allow("kms:*")), "implicitDeny", false],
      [levels(allow("kms:*"), allow("*")), "implicitDeny", false],
    ] as const) {
      const [result] = await custom({ PolicyInputList, OrderedOrganizationPolicyInputList: above });
      assert.equal(result?.EvalDecision, decision);
      assert.deepEqual(result.OrganizationsDecisionDetail, { AllowedByOrganizations: allowed });
    }
  });

  it("takes a resource's policy in, also that of another account", async () => {
    const CallerArn = userArn("alice");
    const ResourcePolicy = document([
      { Effect: "Allow", Principal: { AWS: CallerArn }, Action: "s3:GetObject", Resource: object },
    ]);
    const ResourceArns = [object];
    const own = { CallerArn, ResourcePolicy, ResourceArns };
    const [alone] = await custom({ ...own, PolicyInputList: [allow("kms:*")] });
    assert.equal(alone?.EvalDecision, "allowed");
    assert.deepEqual(
      alone.MatchedStatements?.map(({ SourcePolicyId, SourcePolicyType }) => [SourcePolicyId, SourcePolicyType]),
      [["ResourcePolicy", "resource"]],
    );
    const elsewhere = { ...own, ResourceOwner: "arn:aws:iam::999999999999:root" };
    const [half] = await custom({ ...elsewhere, PolicyInputList: [allow("kms:*")] });
    assert.equal(half?.EvalDecision, "implicitDeny");
    assert.deepEqual(half.EvalDecisionDetails, { "IAM Policy": "implicitDeny", "Resource Policy": "allowed" });
    const [both] = await custom({ ...elsewhere, PolicyInputList: [allow("s3:*")] });
    assert.equal(both?.EvalDecision, "allowed");
    assert.deepEqual(both.EvalDecisionDetails, { "IAM Policy": "allowed", "Resource Policy": "allowed" });
    const role = `arn:aws:iam::${accountId}:role/Trainer`;
    const toRole = document([{ Effect: "Allow", Principal: { AWS: role }, Action: "s3:*", Resource: "*" }]);
    const asRole = { CallerArn: role, ResourcePolicy: toRole, ResourceArns, PolicyInputList: [allow("kms:*")] };
    assert.equal((await custom(asRole))[0]?.EvalDecision, "allowed");
  });

  it("comes in pages", async () => {
    await using server = await openAccountServer();
    const client = server.iam(server.administrator);
    const input = {
      PolicyInputList: [allow("s3:*")],
      ActionNames: ["s3:A", "s3:B", "s3:C"],
      ResourceArns: [object, "arn:aws:s3:::b"],
    };
    const pages: number[] = [];
    const actions: (string | undefined)[] = [];
    for await (const { EvaluationResults = [] } of paginateSimulateCustomPolicy({ client, pageSize: 4 }, input)) {
      pages.push(EvaluationResults.length);
      actions.push(...EvaluationResults.map(({ EvalActionName }) => EvalActionName));
    }
    assert.deepEqual(
      [pages, actions],
      [
        [4, 2],
        ["s3:A", "s3:A", "s3:B", "s3:B", "s3:C", "s3:C"],
      ],
    );
  });

  it("refuses what it cannot decide about, by name", async () => {
    const PolicyInputList = [allow("s3:*")];
    const entry = { ContextKeyName: "aws:x", ContextKeyValues: ["a", "b"], ContextKeyType: "string" as const };
    const cases: readonly (readonly [Custom, RegExp])[] = [
      [{ PolicyInputList: ["{"] }, /PolicyInputList\.1: .*line 1/],
      [{ PolicyInputList, PermissionsBoundaryPolicyInputList: ['{"x":1}'] }, /PermissionsBoundaryPolicyInputList\.1/],
      [{ PolicyInputList, ActionNames: ["s3:*"] }, /without wildcards: s3:\*/],
      [{ PolicyInputList, ActionNames: ["GetObject"] }, /ActionNames/],
      [{ PolicyInputList, ResourcePolicy: allow("s3:*") }, /CallerArn is required/],
      [{ PolicyInputList, ResourcePolicy: allow("s3:*"), CallerArn: userArn("a") }, /ResourcePolicy: .*Principal/],
      [{ PolicyInputList, CallerArn: "arn:aws:s3:::bucket" }, /CallerArn must be/],
      [{ PolicyInputList, ResourceOwner: "somebody-else" }, /ResourceOwner must be an account/],
      [{ PolicyInputList, ContextEntries: [entry] }, /more than one value/],
      [
        { PolicyInputList, ContextEntries: [{ ...entry, ContextKeyValues: ["a"], ContextKeyType: "numeric" }] },
        /not numeric: a/,
      ],
      [{ PolicyInputList, OrderedOrganizationPolicyInputList: [{ ServiceControlPolicyInputList: ["{"] }] }, /Ordered/],
    ];
    for (const [input, message] of cases) {
      await assert.rejects(custom(input), { name: "InvalidInputException", message });
    }
    await assert.rejects(custom({ PolicyInputList, ResourceHandlingOption: "EC2-VPC-EBS" }), {
      name: "ValidationError",
      message: /ResourceHandlingOption/,
    });
  });
});

describe("SimulatePrincipalPolicy", () => {
  it("takes in the policies of user and groups, the boundary, and what is known of the user", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    server.user("alice", { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::${aws:username}/*" });
    await iam.send(new CreateGroupCommand({ GroupName: "team" }));
    await iam.send(new AddUserToGroupCommand({ GroupName: "team", UserName: "alice" }));
    const Condition = { StringEquals: { "aws:PrincipalTag/team": "risk" } };
    const put = { GroupName: "team", PolicyName: "keys", PolicyDocument: allow("kms:Decrypt", "*", { Condition }) };
    await iam.send(new PutGroupPolicyCommand(put));
    const { Policy } = await iam.send(
      new CreatePolicyCommand({ PolicyName: "Logs", PolicyDocument: allow("logs:PutLogEvents") }),
    );
    await iam.send(new AttachUserPolicyCommand({ UserName: "alice", PolicyArn: Policy?.Arn }));
    const simulated = async (ActionName: string, ResourceArn: string, more: object = {}) => {
      const input = { PolicySourceArn: userArn("alice"), ActionNames: [ActionName], ResourceArns: [ResourceArn] };
      const { EvaluationResults } = await iam.send(new SimulatePrincipalPolicyCommand({ ...input, ...more }));
      const [result] = EvaluationResults ?? [];
      const [matched] = result?.MatchedStatements ?? [];
      return [result?.EvalDecision, matched?.SourcePolicyId, matched?.SourcePolicyType];
    };
    assert.deepEqual(await simulated("s3:GetObject", "arn:aws:s3:::alice/key"), [
      "allowed",
      "user_alice_alicePolicy",
      "user",
    ]);
    assert.equal((await simulated("s3:GetObject", "arn:aws:s3:::bob/key"))[0], "implicitDeny");
    assert.equal((await simulated("kms:Decrypt", "*"))[0], "implicitDeny");
    await iam.send(new TagUserCommand({ UserName: "alice", Tags: [{ Key: "team", Value: "risk" }] }));
    assert.deepEqual(await simulated("kms:Decrypt", "*"), ["allowed", "group_team_keys", "group"]);
    assert.deepEqual(await simulated("logs:PutLogEvents", "*"), ["allowed", "Logs", "user-managed"]);
    assert.equal((await simulated("ec2:RunInstances", "*", { PolicyInputList: [allow("ec2:*")] }))[0], "allowed");
    const PermissionsBoundary = Policy?.Arn;
    await iam.send(new PutUserPermissionsBoundaryCommand({ UserName: "alice", PermissionsBoundary }));
    assert.equal((await simulated("kms:Decrypt", "*"))[0], "implicitDeny");
    const wider = { PermissionsBoundaryPolicyInputList: [allow("*")] };
    assert.equal((await simulated("kms:Decrypt", "*", wider))[0], "allowed");
  });

  it("says of a role and a group what requests would be told", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    const arn = server.account.role("Trainer", trustSageMaker, { Effect: "Allow", Action: "s3:*", Resource: "*" });
    const ActionNames = ["s3:GetObject", "kms:Decrypt"];
    const { EvaluationResults } = await iam.send(
      new SimulatePrincipalPolicyCommand({ PolicySourceArn: arn, ActionNames }),
    );
    assert.deepEqual(
      EvaluationResults?.map(({ EvalDecision }) => EvalDecision),
      ["allowed", "implicitDeny"],
    );
    assert.deepEqual(EvaluationResults[0]?.OrganizationsDecisionDetail, { AllowedByOrganizations: true });
    const { Group } = await iam.send(new CreateGroupCommand({ GroupName: "team", Path: "/x/" }));
    await iam.send(new PutGroupPolicyCommand({ GroupName: "team", PolicyName: "p", PolicyDocument: allow("kms:*") }));
    const ofGroup = await iam.send(new SimulatePrincipalPolicyCommand({ PolicySourceArn: Group?.Arn, ActionNames }));
    assert.deepEqual(
      ofGroup.EvaluationResults?.map(({ EvalDecision }) => EvalDecision),
      ["implicitDeny", "allowed"],
    );
  });

  it("refuses a source that is nobody", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    for (const PolicySourceArn of [
      userArn("nobody"),
      userArn("x/administrator"),
      `arn:aws:iam::${accountId}:role/none`,
    ]) {
      const input = { PolicySourceArn, ActionNames: ["s3:GetObject"] };
      await assert.rejects(iam.send(new SimulatePrincipalPolicyCommand(input)), { name: "NoSuchEntityException" });
      await assert.rejects(iam.send(new GetContextKeysForPrincipalPolicyCommand({ PolicySourceArn })), {
        name: "NoSuchEntityException",
      });
    }
    const bucket = { PolicySourceArn: "arn:aws:s3:::some-bucket-or-other", ActionNames: ["s3:GetObject"] };
    await assert.rejects(iam.send(new SimulatePrincipalPolicyCommand(bucket)), { name: "InvalidInputException" });
    await assert.rejects(iam.send(new GetContextKeysForPrincipalPolicyCommand(bucket)), {
      name: "InvalidInputException",
    });
    const wild = { PolicySourceArn: userArn("administrator"), ActionNames: ["s3:Get*"] };
    await assert.rejects(iam.send(new SimulatePrincipalPolicyCommand(wild)), { name: "InvalidInputException" });
  });
});

describe("context keys", () => {
  it("are those that the policies name, each once", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    const Condition = { StringLike: { "aws:SourceVpc": "vpc-*", "s3:prefix": "${aws:username}/*" } };
    const statement = { Effect: "Allow", Action: "s3:*", Resource: "arn:aws:s3:::${aws:PrincipalTag/team}", Condition };
    const PolicyInputList = [
      document([statement]),
      allow("s3:*", "*", { Condition: { Null: { "AWS:sourcevpc": "true" } } }),
    ];
    const names = ["aws:PrincipalTag/team", "aws:username", "s3:prefix"];
    const { ContextKeyNames } = await iam.send(new GetContextKeysForCustomPolicyCommand({ PolicyInputList }));
    assert.deepEqual(ContextKeyNames?.filter((name) => name.toLowerCase() !== "aws:sourcevpc").sort(), names);
    assert.equal(ContextKeyNames.length, 4);
    server.user("alice", statement);
    const ofUser = await iam.send(
      new GetContextKeysForPrincipalPolicyCommand({
        PolicySourceArn: userArn("alice"),
        PolicyInputList: [allow("s3:*", "*", { Condition: { Bool: { "aws:SecureTransport": "true" } } })],
      }),
    );
    assert.deepEqual(ofUser.ContextKeyNames, [
      "aws:PrincipalTag/team",
      "aws:SecureTransport",
      "aws:SourceVpc",
      "aws:username",
      "s3:prefix",
    ]);
    await assert.rejects(iam.send(new GetContextKeysForCustomPolicyCommand({ PolicyInputList: ["{"] })), {
      name: "InvalidInputException",
    });
  });
});
