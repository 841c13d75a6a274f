import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeletePolicyCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DeleteUserCommand,
  DeleteUserPermissionsBoundaryCommand,
  DeleteUserPolicyCommand,
  DetachRolePolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  ListAccessKeysCommand,
  ListAttachedRolePoliciesCommand,
  ListPoliciesCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  ListRoleTagsCommand,
  ListUserPoliciesCommand,
  ListUsersCommand,
  paginateListUsers,
  PutRolePolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAccessKeyCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { accountId, document, trustSageMaker } from "../../access/testing/account.ts";
import { openAccountServer } from "./testing/account-server.ts";

const trust = document([{ Effect: "Allow", Principal: trustSageMaker, Action: "sts:AssumeRole" }]);
const reads = document([{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }]);
const administratorAccess = "arn:aws:iam::aws:policy/AdministratorAccess";

describe("users", () => {
  it("are made, told, listed and deleted", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    const { User } = await iam.send(new CreateUserCommand({ UserName: "Alice", Path: "/team/" }));
    assert.equal(User?.Arn, `arn:aws:iam::${accountId}:user/team/Alice`);
    assert.deepEqual((await iam.send(new GetUserCommand({ UserName: "Alice" }))).User, User);
    assert.equal((await iam.send(new GetUserCommand({}))).User?.UserName, "administrator");
    const inTeam = await iam.send(new ListUsersCommand({ PathPrefix: "/team/" }));
    assert.deepEqual(inTeam.Users, [User]);
    await assert.rejects(iam.send(new CreateUserCommand({ UserName: "alice" })), {
      name: "EntityAlreadyExistsException",
    });
    await iam.send(new DeleteUserCommand({ UserName: "Alice" }));
    await assert.rejects(iam.send(new GetUserCommand({ UserName: "Alice" })), { name: "NoSuchEntityException" });
  });

  it("come in pages", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    for (const UserName of ["b", "a", "d", "c"]) await iam.send(new CreateUserCommand({ UserName }));
    const pages: (string | undefined)[][] = [];
    for await (const page of paginateListUsers({ client: iam, pageSize: 2 }, {})) {
      pages.push(page.Users?.map(({ UserName }) => UserName) ?? []);
    }
    assert.deepEqual(pages, [["a", "administrator"], ["b", "c"], ["d"]]);
    await assert.rejects(iam.send(new ListUsersCommand({ Marker: "?" })), { name: "ValidationError" });
    await assert.rejects(iam.send(new ListUsersCommand({ MaxItems: 1001 })), { name: "ValidationError" });
  });

  it("are refused with a name, path or tag over its limits", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    for (const input of [
      { UserName: "x".repeat(65) },
      { UserName: "a b" },
      { UserName: "a", Path: "team" },
      { UserName: "a", Tags: Array.from({ length: 51 }, (_, at) => ({ Key: `k${at}`, Value: "v" })) },
    ]) {
      await assert.rejects(iam.send(new CreateUserCommand(input)), { name: "ValidationError" });
    }
  });

  it("keep a boundary", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    const UserName = "alice";
    await assert.rejects(
      iam.send(new CreateUserCommand({ UserName, PermissionsBoundary: `${administratorAccess}x` })),
      {
        name: "NoSuchEntityException",
      },
    );
    await iam.send(new CreateUserCommand({ UserName }));
    await iam.send(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary: administratorAccess }));
    const { User } = await iam.send(new GetUserCommand({ UserName }));
    assert.equal(User?.PermissionsBoundary?.PermissionsBoundaryArn, administratorAccess);
    await iam.send(new DeleteUserPermissionsBoundaryCommand({ UserName }));
    assert.equal((await iam.send(new GetUserCommand({ UserName }))).User?.PermissionsBoundary, undefined);
  });
});

describe("access keys", () => {
  it("are two a user, and count until they are made inactive", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    const UserName = "alice";
    await iam.send(new CreateUserCommand({ UserName }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    assert(AccessKey?.AccessKeyId !== undefined && AccessKey.SecretAccessKey !== undefined);
    const own = server.iam({ accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey });
    await assert.rejects(own.send(new GetUserCommand({})), { name: "AccessDenied" });
    const { AccessKeyId } = AccessKey;
    await iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: "Inactive" }));
    await assert.rejects(own.send(new GetUserCommand({})), { name: "SignatureDoesNotMatch" });
    await iam.send(new CreateAccessKeyCommand({ UserName }));
    await assert.rejects(iam.send(new CreateAccessKeyCommand({ UserName })), { name: "LimitExceededException" });
    const listed = await iam.send(new ListAccessKeysCommand({ UserName }));
    assert.deepEqual(new Set(listed.AccessKeyMetadata?.map(({ Status }) => Status)), new Set(["Active", "Inactive"]));
    assert(!JSON.stringify(listed).includes(AccessKey.SecretAccessKey));
    await assert.rejects(iam.send(new DeleteUserCommand({ UserName })), { name: "DeleteConflictException" });
    await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
    await assert.rejects(iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId })), {
      name: "NoSuchEntityException",
    });
  });

  it("of somebody else cannot be reached under one's own name", async () => {
    await using server = await openAccountServer();
    const statement = { Effect: "Allow", Action: "iam:*AccessKey*", Resource: "arn:aws:iam::*:user/${aws:username}" };
    const alice = server.user("alice", statement);
    const bob = server.user("bob");
    const iam = server.iam(alice);
    await iam.send(new ListAccessKeysCommand({}));
    await assert.rejects(iam.send(new ListAccessKeysCommand({ UserName: "bob" })), { name: "AccessDenied" });
    await assert.rejects(iam.send(new DeleteAccessKeyCommand({ AccessKeyId: bob.accessKeyId })), {
      name: "NoSuchEntityException",
    });
  });
});

describe("roles", () => {
  it("are made, told, changed and deleted", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    const RoleName = "Trainer";
    const Tags = [{ Key: "team", Value: "risk" }];
    const input = { RoleName, AssumeRolePolicyDocument: trust, Description: "trains", MaxSessionDuration: 7200, Tags };
    const { Role } = await iam.send(new CreateRoleCommand(input));
    assert.equal(Role?.Arn, `arn:aws:iam::${accountId}:role/Trainer`);
    assert.equal(decodeURIComponent(Role.AssumeRolePolicyDocument ?? ""), trust);
    assert.deepEqual((await iam.send(new GetRoleCommand({ RoleName }))).Role, { ...Role, RoleLastUsed: {} });
    assert.deepEqual(
      (await iam.send(new ListRolesCommand({}))).Roles?.map((role) => [role.RoleName, role.MaxSessionDuration]),
      [[RoleName, 7200]],
    );
    await iam.send(new TagRoleCommand({ RoleName, Tags: [{ Key: "Team", Value: "ops" }] }));
    await iam.send(new TagRoleCommand({ RoleName, Tags: [{ Key: "cost", Value: "" }] }));
    await iam.send(new UntagRoleCommand({ RoleName, TagKeys: ["cost"] }));
    assert.deepEqual((await iam.send(new ListRoleTagsCommand({ RoleName }))).Tags, [{ Key: "Team", Value: "ops" }]);
    await assert.rejects(iam.send(new CreateRoleCommand(input)), { name: "EntityAlreadyExistsException" });
    const PolicyDocument = document([{ Effect: "Allow", Principal: "*", Action: "sts:AssumeRole", Resource: "*" }]);
    await assert.rejects(iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument })), {
      name: "MalformedPolicyDocumentException",
      message: "Has prohibited field Resource (line 1, column 98 at Statement[0].Resource)",
    });
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "reads", PolicyDocument: reads }));
    await assert.rejects(iam.send(new DeleteRoleCommand({ RoleName })), { name: "DeleteConflictException" });
    await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: "reads" }));
    await iam.send(new DeleteRoleCommand({ RoleName }));
    await assert.rejects(iam.send(new GetRoleCommand({ RoleName })), { name: "NoSuchEntityException" });
  });
});

describe("policies", () => {
  it("stand inline, one document a name", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    const UserName = "alice";
    await iam.send(new CreateUserCommand({ UserName }));
    const PolicyName = "reads";
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument: reads }));
    const got = await iam.send(new GetUserPolicyCommand({ UserName, PolicyName }));
    assert.equal(decodeURIComponent(got.PolicyDocument ?? ""), reads);
    const { PolicyNames, IsTruncated } = await iam.send(new ListUserPoliciesCommand({ UserName }));
    assert.deepEqual([PolicyNames, IsTruncated], [[PolicyName], false]);
    await assert.rejects(iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument: '{"x":1}' })), {
      name: "MalformedPolicyDocumentException",
      message: 'Syntax errors in policy: unknown element "x" (line 1, column 2 at x)',
    });
    const long = document([{ Effect: "Allow", Action: `s3:${"x".repeat(2048)}`, Resource: "*" }]);
    await assert.rejects(iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument: long })), {
      name: "LimitExceededException",
    });
    await iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName }));
    await assert.rejects(iam.send(new GetUserPolicyCommand({ UserName, PolicyName })), {
      name: "NoSuchEntityException",
    });
    await assert.rejects(iam.send(new ListRolePoliciesCommand({ RoleName: "Missing" })), {
      name: "NoSuchEntityException",
    });
    await assert.rejects(iam.send(new GetRolePolicyCommand({ RoleName: "Missing", PolicyName })), {
      name: "NoSuchEntityException",
    });
  });

  it("are managed and attached", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    const RoleName = "Trainer";
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));
    const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: "Reads", PolicyDocument: reads }));
    const PolicyArn = Policy?.Arn ?? "";
    assert.equal(PolicyArn, `arn:aws:iam::${accountId}:policy/Reads`);
    await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
    await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
    const attached = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
    assert.deepEqual(attached.AttachedPolicies, [{ PolicyName: "Reads", PolicyArn }]);
    assert.equal((await iam.send(new GetPolicyCommand({ PolicyArn }))).Policy?.AttachmentCount, 1);
    const version = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: "v1" }));
    assert.equal(decodeURIComponent(version.PolicyVersion?.Document ?? ""), reads);
    await assert.rejects(iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: "v2" })), {
      name: "NoSuchEntityException",
    });
    await assert.rejects(iam.send(new DeletePolicyCommand({ PolicyArn })), { name: "DeleteConflictException" });
    await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
    await iam.send(new DeletePolicyCommand({ PolicyArn }));
    await assert.rejects(iam.send(new AttachUserPolicyCommand({ UserName: "administrator", PolicyArn })), {
      name: "NoSuchEntityException",
    });
  });

  it("list those of AWS and those of the account", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    await iam.send(new CreatePolicyCommand({ PolicyName: "Reads", PolicyDocument: reads }));
    const names = async (Scope?: "All" | "AWS" | "Local") => {
      const { Policies } = await iam.send(new ListPoliciesCommand({ Scope }));
      return Policies?.map(({ PolicyName }) => PolicyName);
    };
    assert.deepEqual(await names(), ["AdministratorAccess", "Reads"]);
    assert.deepEqual(await names("AWS"), ["AdministratorAccess"]);
    assert.deepEqual(await names("Local"), ["Reads"]);
    await assert.rejects(iam.send(new DeletePolicyCommand({ PolicyArn: administratorAccess })), {
      name: "InvalidInputException",
    });
  });
});

describe("permissions", () => {
  it("are demanded for tags at creation on top of the creation", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.user("alice", { Effect: "Allow", Action: "iam:CreateUser", Resource: "*" }));
    await iam.send(new CreateUserCommand({ UserName: "plain" }));
    const Tags = [{ Key: "team", Value: "risk" }];
    await assert.rejects(iam.send(new CreateUserCommand({ UserName: "tagged", Tags })), {
      name: "AccessDenied",
      message: /not authorized to perform: iam:TagUser on resource: arn:aws:iam::111122223333:user\/tagged/,
    });
  });

  it("can hold whoever makes roles to a boundary, and to certain policies", async () => {
    await using server = await openAccountServer();
    const Condition = { StringEquals: { "iam:PermissionsBoundary": administratorAccess } };
    const keys = server.user(
      "alice",
      { Effect: "Allow", Action: "iam:CreateRole", Resource: "*", Condition },
      {
        Effect: "Allow",
        Action: "iam:AttachRolePolicy",
        Resource: "*",
        Condition: { ArnNotEquals: { "iam:PolicyARN": administratorAccess } },
      },
    );
    const iam = server.iam(keys);
    const role = { RoleName: "Trainer", AssumeRolePolicyDocument: trust };
    await assert.rejects(iam.send(new CreateRoleCommand(role)), { name: "AccessDenied" });
    await iam.send(new CreateRoleCommand({ ...role, PermissionsBoundary: administratorAccess }));
    const attach = new AttachRolePolicyCommand({ RoleName: "Trainer", PolicyArn: administratorAccess });
    await assert.rejects(iam.send(attach), { name: "AccessDenied" });
  });
});
