import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  AddUserToGroupCommand,
  CreateGroupCommand,
  CreateUserCommand,
  GetUserCommand,
  ListAccessKeysCommand,
  ListGroupsForUserCommand,
  ListUserPoliciesCommand,
  ListUsersCommand,
  UpdateUserCommand,
} from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { accountId } from "../../../access/testing/account.ts";
import { openAccountServer } from "../testing/account-server.ts";

describe("a user who is renamed", () => {
  it("keeps id, keys, groups and policies", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    const keys = server.user("bob", { Effect: "Allow", Action: "iam:ListUsers", Resource: "*" });
    const bob = server.iam(keys);
    await bob.send(new ListUsersCommand({}));
    await iam.send(new CreateGroupCommand({ GroupName: "team" }));
    await iam.send(new AddUserToGroupCommand({ GroupName: "team", UserName: "bob" }));
    const before = await iam.send(new GetUserCommand({ UserName: "bob" }));
    await iam.send(new UpdateUserCommand({ UserName: "bob", NewUserName: "Robert", NewPath: "/team/" }));
    const { User } = await iam.send(new GetUserCommand({ UserName: "Robert" }));
    assert.equal(User?.UserId, before.User?.UserId);
    assert.equal(User?.Arn, `arn:aws:iam::${accountId}:user/team/Robert`);
    const identity = await server.sts(keys).send(new GetCallerIdentityCommand({}));
    assert.deepEqual([identity.UserId, identity.Arn], [User.UserId, User.Arn]);
    await bob.send(new ListUsersCommand({}));
    const UserName = "Robert";
    const { PolicyNames } = await iam.send(new ListUserPoliciesCommand({ UserName }));
    assert.deepEqual(PolicyNames, ["bobPolicy"]);
    const { AccessKeyMetadata } = await iam.send(new ListAccessKeysCommand({ UserName }));
    assert.deepEqual(
      AccessKeyMetadata?.map(({ AccessKeyId, UserName: owner }) => [AccessKeyId, owner]),
      [[keys.accessKeyId, "Robert"]],
    );
    const { Groups } = await iam.send(new ListGroupsForUserCommand({ UserName }));
    assert.equal(Groups?.length, 1);
    await assert.rejects(iam.send(new GetUserCommand({ UserName: "bob" })), { name: "NoSuchEntityException" });
    await iam.send(new CreateUserCommand({ UserName: "bob" }));
    const reused = await iam.send(new ListUserPoliciesCommand({ UserName: "bob" }));
    assert.deepEqual(reused.PolicyNames, [], "who has the name now has nothing of who had it");
  });

  it("may take another spelling of the name, and no name of another", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    for (const UserName of ["alice", "bob"]) await iam.send(new CreateUserCommand({ UserName }));
    await iam.send(new UpdateUserCommand({ UserName: "alice", NewUserName: "Alice" }));
    await assert.rejects(iam.send(new UpdateUserCommand({ UserName: "bob", NewUserName: "ALICE" })), {
      name: "EntityAlreadyExistsException",
      message: "User with name ALICE already exists.",
    });
    await assert.rejects(iam.send(new UpdateUserCommand({ UserName: "carol", NewUserName: "x" })), {
      name: "NoSuchEntityException",
    });
  });

  it("needs whoever does it to be allowed both names", async () => {
    await using server = await openAccountServer();
    await server.iam(server.administrator).send(new CreateUserCommand({ UserName: "bob", Path: "/team/" }));
    const may = (...names: string[]) => ({
      Effect: "Allow",
      Action: "iam:UpdateUser",
      Resource: names.map((name) => `arn:aws:iam::${accountId}:user${name}`),
    });
    const rename = new UpdateUserCommand({ UserName: "bob", NewUserName: "Robert" });
    await assert.rejects(server.iam(server.user("from", may("/team/bob"))).send(rename), {
      name: "AccessDenied",
      message: /iam:UpdateUser on resource: arn:aws:iam::111122223333:user\/team\/Robert/,
    });
    await assert.rejects(server.iam(server.user("to", may("/team/Robert"))).send(rename), {
      name: "AccessDenied",
      message: /user\/team\/bob/,
    });
    await server.iam(server.user("both", may("/team/bob", "/team/Robert"))).send(rename);
  });
});
