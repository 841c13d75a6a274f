import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  ListEntitiesForPolicyCommand,
  ListPoliciesCommand,
  ListPolicyTagsCommand,
  ListPolicyVersionsCommand,
  ListUsersCommand,
  paginateListEntitiesForPolicy,
  paginateListPolicies,
  PutRolePermissionsBoundaryCommand,
  SetDefaultPolicyVersionCommand,
  TagPolicyCommand,
  UntagPolicyCommand,
  type IAMClient,
  type ListEntitiesForPolicyCommandInput,
  type ListPoliciesCommandInput,
} from "@aws-sdk/client-iam";
import { document, trustSageMaker } from "../../../access/testing/account.ts";
import { openAccountServer } from "../testing/account-server.ts";

const allows = (Action: string) => document([{ Effect: "Allow", Action, Resource: "*" }]);
const trust = document([{ Effect: "Allow", Principal: trustSageMaker, Action: "sts:AssumeRole" }]);
const administratorAccess = "arn:aws:iam::aws:policy/AdministratorAccess";
const missing = { name: "NoSuchEntityException" };

async function newPolicy(iam: IAMClient, PolicyName: string, Action = "iam:GetUser", Path = "/"): Promise<string> {
  const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName, Path, PolicyDocument: allows(Action) }));
  return Policy?.Arn ?? "";
}

describe("policy versions", () => {
  it("change what counts once one is made the default", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    const alice = server.iam(server.user("alice"));
    const PolicyArn = await newPolicy(iam, "Work");
    await iam.send(new AttachUserPolicyCommand({ UserName: "alice", PolicyArn }));
    const PolicyDocument = allows("iam:ListUsers");
    server.account.clock.advance(60_000);
    const { PolicyVersion } = await iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument }));
    assert.deepEqual([PolicyVersion?.VersionId, PolicyVersion?.IsDefaultVersion], ["v2", false]);
    await assert.rejects(alice.send(new ListUsersCommand({})), { name: "AccessDenied" });
    await iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: "v2" }));
    await alice.send(new ListUsersCommand({}));
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
    assert.equal(Policy?.DefaultVersionId, "v2");
    assert.equal((Policy.UpdateDate?.getTime() ?? 0) - (Policy.CreateDate?.getTime() ?? 0), 60_000);
    await iam.send(
      new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: allows("iam:GetUser"), SetAsDefault: true }),
    );
    await assert.rejects(alice.send(new ListUsersCommand({})), { name: "AccessDenied" });
    const { PolicyVersion: second } = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: "v2" }));
    assert.equal(decodeURIComponent(second?.Document ?? ""), PolicyDocument);
    assert.equal(second?.IsDefaultVersion, false);
  });

  it("are five, and an id is never used again", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    const PolicyArn = await newPolicy(iam, "Work");
    const version = { PolicyArn, PolicyDocument: allows("iam:ListUsers") };
    for (let at = 2; at <= 5; at += 1) await iam.send(new CreatePolicyVersionCommand(version));
    await assert.rejects(iam.send(new CreatePolicyVersionCommand(version)), {
      name: "LimitExceededException",
      message: /can have up to 5 versions/,
    });
    await iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: "v5" }));
    const { PolicyVersion } = await iam.send(new CreatePolicyVersionCommand(version));
    assert.equal(PolicyVersion?.VersionId, "v6");
    const first = await iam.send(new ListPolicyVersionsCommand({ PolicyArn, MaxItems: 2 }));
    assert.deepEqual([first.Versions?.map(({ VersionId }) => VersionId), first.IsTruncated], [["v6", "v4"], true]);
    const rest = await iam.send(new ListPolicyVersionsCommand({ PolicyArn, Marker: first.Marker }));
    assert.deepEqual([rest.Versions?.map(({ VersionId }) => VersionId), rest.IsTruncated], [["v3", "v2", "v1"], false]);
  });

  it("stand against deleting the policy, and the default one against being deleted", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    const PolicyArn = await newPolicy(iam, "Work");
    await iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: allows("s3:*"), SetAsDefault: true }));
    await assert.rejects(iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: "v2" })), {
      name: "DeleteConflictException",
      message: "Cannot delete the default version of a policy.",
    });
    await assert.rejects(iam.send(new DeletePolicyCommand({ PolicyArn })), {
      name: "DeleteConflictException",
      message: /more than one version/,
    });
    await iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: "v1" }));
    await iam.send(new DeletePolicyCommand({ PolicyArn }));
    await assert.rejects(iam.send(new GetPolicyCommand({ PolicyArn })), missing);
  });

  it("are refused with a fault, over the limit, for AWS's own policies, and where they are missing", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    const PolicyArn = await newPolicy(iam, "Work");
    await assert.rejects(iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: "{" })), {
      name: "MalformedPolicyDocumentException",
    });
    const long = allows(`s3:${"x".repeat(6144)}`);
    await assert.rejects(iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: long })), {
      name: "LimitExceededException",
      message: "Maximum policy size of 6144 bytes exceeded for policy",
    });
    const others = [
      [`${PolicyArn}x`, "v1", missing],
      [administratorAccess, "v1", { name: "InvalidInputException" }],
    ] as const;
    for (const [arn, VersionId, refusal] of others) {
      const PolicyDocument = allows("s3:*");
      await assert.rejects(iam.send(new CreatePolicyVersionCommand({ PolicyArn: arn, PolicyDocument })), refusal);
      await assert.rejects(iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn: arn, VersionId })), refusal);
      await assert.rejects(iam.send(new DeletePolicyVersionCommand({ PolicyArn: arn, VersionId })), refusal);
    }
    await assert.rejects(iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: "v9" })), missing);
    await assert.rejects(iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: "v9" })), missing);
    await assert.rejects(iam.send(new ListPolicyVersionsCommand({ PolicyArn: `${PolicyArn}x` })), missing);
    const ofAws = await iam.send(new ListPolicyVersionsCommand({ PolicyArn: administratorAccess }));
    assert.deepEqual(
      ofAws.Versions?.map(({ VersionId }) => VersionId),
      ["v1"],
    );
  });
});

describe("policy tags", () => {
  it("are set, told, taken off, and decide", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    const Tags = [{ Key: "team", Value: "risk" }];
    const input = { PolicyName: "Work", PolicyDocument: allows("s3:*"), Tags };
    const { Policy } = await iam.send(new CreatePolicyCommand(input));
    assert.deepEqual(Policy?.Tags, Tags);
    const PolicyArn = Policy.Arn;
    const condition = (key: string) => ({
      Effect: "Allow",
      Action: ["iam:GetPolicy"],
      Resource: "*",
      Condition: { StringEquals: { [`${key}/team`]: "risk" } },
    });
    const clients = ["aws:ResourceTag", "iam:ResourceTag"].map((key, at) =>
      server.iam(server.user(`u${at}`, condition(key))),
    );
    for (const client of clients) await client.send(new GetPolicyCommand({ PolicyArn }));
    await iam.send(new TagPolicyCommand({ PolicyArn, Tags: [{ Key: "Team", Value: "ops" }] }));
    for (const client of clients) {
      await assert.rejects(client.send(new GetPolicyCommand({ PolicyArn })), { name: "AccessDenied" });
    }
    await iam.send(new TagPolicyCommand({ PolicyArn, Tags: [{ Key: "cost", Value: "" }] }));
    const first = await iam.send(new ListPolicyTagsCommand({ PolicyArn, MaxItems: 1 }));
    assert.deepEqual([first.Tags, first.IsTruncated], [[{ Key: "Team", Value: "ops" }], true]);
    await iam.send(new UntagPolicyCommand({ PolicyArn, TagKeys: ["Team"] }));
    assert.deepEqual((await iam.send(new ListPolicyTagsCommand({ PolicyArn }))).Tags, [{ Key: "cost", Value: "" }]);
  });

  it("are refused by name where they cannot be", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    const PolicyArn = await newPolicy(iam, "Work");
    const many = Array.from({ length: 30 }, (_, at) => ({ Key: `k${at}`, Value: "v" }));
    await iam.send(new TagPolicyCommand({ PolicyArn, Tags: many }));
    const more = many.map(({ Key, Value }) => ({ Key: `more-${Key}`, Value }));
    await assert.rejects(iam.send(new TagPolicyCommand({ PolicyArn, Tags: more })), {
      name: "LimitExceededException",
      message: "Cannot exceed quota for TagsPerResource: 50",
    });
    const twice = [
      { Key: "a", Value: "1" },
      { Key: "A", Value: "2" },
    ];
    await assert.rejects(iam.send(new TagPolicyCommand({ PolicyArn, Tags: twice })), {
      name: "InvalidInputException",
    });
    const TagKeys = ["k"];
    const Tags = [{ Key: "k", Value: "v" }];
    for (const [arn, refusal] of [
      [`${PolicyArn}x`, missing],
      [administratorAccess, { name: "InvalidInputException" }],
    ] as const) {
      await assert.rejects(iam.send(new TagPolicyCommand({ PolicyArn: arn, Tags })), refusal);
      await assert.rejects(iam.send(new UntagPolicyCommand({ PolicyArn: arn, TagKeys })), refusal);
    }
    await assert.rejects(iam.send(new ListPolicyTagsCommand({ PolicyArn: `${PolicyArn}x` })), missing);
  });
});

describe("lists of policies", () => {
  it("come in pages over AWS's and the account's, also where names are the same", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    for (const name of ["AdministratorAccess", "Zebra", "Ape", "Administrator"]) await newPolicy(iam, name);
    const pages: (string | undefined)[] = [];
    for await (const page of paginateListPolicies({ client: iam, pageSize: 1 }, {})) {
      assert.equal(page.Policies?.length, 1);
      pages.push(page.Policies[0]?.Arn?.replace(/^arn:aws:iam::/, "").replace(/:policy\//, " "));
    }
    const own = "111122223333";
    assert.deepEqual(pages, [
      `${own} Administrator`,
      "aws AdministratorAccess",
      `${own} AdministratorAccess`,
      `${own} Ape`,
      `${own} Zebra`,
    ]);
  });

  it("tell what is used, and for what", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    const attached = await newPolicy(iam, "Attached");
    const boundary = await newPolicy(iam, "Boundary", "*", "/team/");
    await newPolicy(iam, "Unused");
    await iam.send(new CreateRoleCommand({ RoleName: "r", AssumeRolePolicyDocument: trust }));
    await iam.send(new AttachRolePolicyCommand({ RoleName: "r", PolicyArn: attached }));
    await iam.send(new PutRolePermissionsBoundaryCommand({ RoleName: "r", PermissionsBoundary: boundary }));
    const names = async (input: ListPoliciesCommandInput) =>
      (await iam.send(new ListPoliciesCommand(input))).Policies?.map(({ PolicyName }) => PolicyName);
    assert.deepEqual(await names({ OnlyAttached: true }), ["AdministratorAccess", "Attached", "Boundary"]);
    assert.deepEqual(await names({ OnlyAttached: true, Scope: "Local" }), ["Attached", "Boundary"]);
    assert.deepEqual(await names({ PolicyUsageFilter: "PermissionsPolicy" }), ["AdministratorAccess", "Attached"]);
    assert.deepEqual(await names({ PolicyUsageFilter: "PermissionsBoundary" }), ["Boundary"]);
    assert.deepEqual(await names({ PathPrefix: "/team/" }), ["Boundary"]);
    assert.deepEqual(await names({ OnlyAttached: false, Scope: "AWS" }), ["AdministratorAccess"]);
  });

  it("tell whom a policy is attached to, and whose boundary it is", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    const PolicyArn = await newPolicy(iam, "Work");
    await iam.send(new CreateGroupCommand({ GroupName: "g" }));
    await iam.send(new CreateUserCommand({ UserName: "u", Path: "/team/" }));
    await iam.send(new CreateRoleCommand({ RoleName: "r", AssumeRolePolicyDocument: trust }));
    await iam.send(new AttachGroupPolicyCommand({ GroupName: "g", PolicyArn }));
    await iam.send(new AttachUserPolicyCommand({ UserName: "u", PolicyArn }));
    await iam.send(new PutRolePermissionsBoundaryCommand({ RoleName: "r", PermissionsBoundary: PolicyArn }));
    const told = async (input: Partial<ListEntitiesForPolicyCommandInput>) => {
      const { PolicyGroups, PolicyUsers, PolicyRoles } = await iam.send(
        new ListEntitiesForPolicyCommand({ PolicyArn, ...input }),
      );
      return [
        ...(PolicyGroups ?? []).map(({ GroupName, GroupId }) => `${GroupName} ${GroupId?.slice(0, 4)}`),
        ...(PolicyUsers ?? []).map(({ UserName, UserId }) => `${UserName} ${UserId?.slice(0, 4)}`),
        ...(PolicyRoles ?? []).map(({ RoleName, RoleId }) => `${RoleName} ${RoleId?.slice(0, 4)}`),
      ];
    };
    assert.deepEqual(await told({}), ["g AGPA", "u AIDA", "r AROA"]);
    assert.deepEqual(await told({ PolicyUsageFilter: "PermissionsPolicy" }), ["g AGPA", "u AIDA"]);
    assert.deepEqual(await told({ PolicyUsageFilter: "PermissionsBoundary" }), ["r AROA"]);
    assert.deepEqual(await told({ EntityFilter: "User" }), ["u AIDA"]);
    assert.deepEqual(await told({ PathPrefix: "/team/" }), ["u AIDA"]);
    let pages = 0;
    for await (const page of paginateListEntitiesForPolicy({ client: iam, pageSize: 1 }, { PolicyArn })) {
      const { PolicyGroups = [], PolicyUsers = [], PolicyRoles = [] } = page;
      assert.equal(PolicyGroups.length + PolicyUsers.length + PolicyRoles.length, 1);
      pages += 1;
    }
    assert.equal(pages, 3);
    await assert.rejects(iam.send(new ListEntitiesForPolicyCommand({ PolicyArn: `${PolicyArn}x` })), missing);
  });
});
