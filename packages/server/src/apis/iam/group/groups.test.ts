import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  DeleteGroupCommand,
  DeleteGroupPolicyCommand,
  DeleteUserCommand,
  DetachGroupPolicyCommand,
  GetGroupCommand,
  GetGroupPolicyCommand,
  ListAttachedGroupPoliciesCommand,
  ListGroupPoliciesCommand,
  ListGroupsCommand,
  ListGroupsForUserCommand,
  ListUsersCommand,
  paginateGetGroup,
  paginateListGroups,
  PutGroupPolicyCommand,
  RemoveUserFromGroupCommand,
  UpdateGroupCommand,
} from "@aws-sdk/client-iam";
import { accountId, document, done } from "../../../access/testing/account.ts";
import { openAccountServer } from "../testing/account-server.ts";

const listsUsers = document([{ Effect: "Allow", Action: "iam:ListUsers", Resource: "*" }]);
const administratorAccess = "arn:aws:iam::aws:policy/AdministratorAccess";
const missing = { name: "NoSuchEntityException" };

describe("groups", () => {
  it("are made, told, listed, renamed and deleted", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    const { Group } = await iam.send(new CreateGroupCommand({ GroupName: "Admins", Path: "/team/" }));
    assert.equal(Group?.Arn, `arn:aws:iam::${accountId}:group/team/Admins`);
    assert.match(Group.GroupId ?? "", /^AGPA[A-Z2-7]{16}$/);
    const got = await iam.send(new GetGroupCommand({ GroupName: "Admins" }));
    assert.deepEqual([got.Group, got.Users, got.IsTruncated], [Group, [], false]);
    assert.deepEqual((await iam.send(new ListGroupsCommand({ PathPrefix: "/team/" }))).Groups, [Group]);
    assert.deepEqual((await iam.send(new ListGroupsCommand({ PathPrefix: "/other/" }))).Groups, []);
    await assert.rejects(iam.send(new CreateGroupCommand({ GroupName: "admins" })), {
      name: "EntityAlreadyExistsException",
      message: "Group with name admins already exists.",
    });
    await iam.send(new UpdateGroupCommand({ GroupName: "Admins", NewGroupName: "admins", NewPath: "/" }));
    const renamed = await iam.send(new GetGroupCommand({ GroupName: "admins" }));
    assert.equal(renamed.Group?.GroupId, Group.GroupId);
    assert.equal(renamed.Group?.Arn, `arn:aws:iam::${accountId}:group/admins`);
    await iam.send(new CreateGroupCommand({ GroupName: "others" }));
    await assert.rejects(iam.send(new UpdateGroupCommand({ GroupName: "others", NewGroupName: "Admins" })), {
      name: "EntityAlreadyExistsException",
    });
    await iam.send(new DeleteGroupCommand({ GroupName: "admins" }));
    for (const command of [
      new GetGroupCommand({ GroupName: "admins" }),
      new UpdateGroupCommand({ GroupName: "admins", NewPath: "/x/" }),
      new DeleteGroupCommand({ GroupName: "admins" }),
    ]) {
      await assert.rejects(iam.send(command as GetGroupCommand), {
        ...missing,
        message: "The group with name admins cannot be found.",
      });
    }
  });

  it("come in pages, and so do their members", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    for (const name of ["b", "a", "c"]) {
      await iam.send(new CreateGroupCommand({ GroupName: name }));
      await iam.send(new CreateUserCommand({ UserName: name }));
    }
    for (const UserName of ["a", "b", "c"]) {
      await iam.send(new AddUserToGroupCommand({ GroupName: "a", UserName }));
    }
    const groups: (string | undefined)[][] = [];
    for await (const page of paginateListGroups({ client: iam, pageSize: 2 }, {})) {
      groups.push(page.Groups?.map(({ GroupName }) => GroupName) ?? []);
    }
    assert.deepEqual(groups, [["a", "b"], ["c"]]);
    const members: (string | undefined)[][] = [];
    for await (const page of paginateGetGroup({ client: iam, pageSize: 2 }, { GroupName: "a" })) {
      members.push(page.Users?.map(({ UserName }) => UserName) ?? []);
    }
    assert.deepEqual(members, [["a", "b"], ["c"]]);
  });

  it("have members, and neither is deleted while they hang together", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    await iam.send(new CreateGroupCommand({ GroupName: "team" }));
    await iam.send(new CreateUserCommand({ UserName: "alice" }));
    const membership = { GroupName: "team", UserName: "alice" };
    await assert.rejects(iam.send(new RemoveUserFromGroupCommand(membership)), missing);
    await iam.send(new AddUserToGroupCommand(membership));
    await iam.send(new AddUserToGroupCommand(membership));
    const { Groups } = await iam.send(new ListGroupsForUserCommand({ UserName: "alice" }));
    assert.deepEqual(
      Groups?.map(({ GroupName }) => GroupName),
      ["team"],
    );
    await assert.rejects(iam.send(new DeleteGroupCommand({ GroupName: "team" })), {
      name: "DeleteConflictException",
      message: "Cannot delete entity, must remove users from group first.",
    });
    await assert.rejects(iam.send(new DeleteUserCommand({ UserName: "alice" })), { name: "DeleteConflictException" });
    await iam.send(new RemoveUserFromGroupCommand(membership));
    await iam.send(new DeleteUserCommand({ UserName: "alice" }));
    for (const [GroupName, UserName] of [
      ["team", "alice"],
      ["none", "administrator"],
    ] as const) {
      await assert.rejects(iam.send(new AddUserToGroupCommand({ GroupName, UserName })), missing);
      await assert.rejects(iam.send(new RemoveUserFromGroupCommand({ GroupName, UserName })), missing);
    }
    await assert.rejects(iam.send(new ListGroupsForUserCommand({ UserName: "alice" })), missing);
    await iam.send(new DeleteGroupCommand({ GroupName: "team" }));
  });

  it("are 300 in an account, and 10 for a user", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    const { groups } = server.account.access;
    for (let at = 0; at < 299; at += 1) done(groups.create({ name: `g${at}`, path: "/" }));
    await iam.send(new CreateGroupCommand({ GroupName: "last" }));
    await assert.rejects(iam.send(new CreateGroupCommand({ GroupName: "one-more" })), {
      name: "LimitExceededException",
      message: "Cannot exceed quota for GroupsPerAccount: 300",
    });
    const UserName = "administrator";
    for (let at = 0; at < 10; at += 1) await iam.send(new AddUserToGroupCommand({ GroupName: `g${at}`, UserName }));
    await iam.send(new AddUserToGroupCommand({ GroupName: "g9", UserName }));
    await assert.rejects(iam.send(new AddUserToGroupCommand({ GroupName: "g10", UserName })), {
      name: "LimitExceededException",
      message: "Cannot exceed quota for GroupsPerUser: 10",
    });
  });
});

describe("a group's policies", () => {
  it("count for its members, also under another name of group or member", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    const alice = server.iam(server.user("alice"));
    const GroupName = "readers";
    await iam.send(new CreateGroupCommand({ GroupName }));
    const put = { GroupName, PolicyName: "lists", PolicyDocument: listsUsers };
    await iam.send(new PutGroupPolicyCommand(put));
    const denied = { name: "AccessDenied" };
    await assert.rejects(alice.send(new ListUsersCommand({})), denied);
    await iam.send(new AddUserToGroupCommand({ GroupName, UserName: "alice" }));
    await alice.send(new ListUsersCommand({}));
    await iam.send(new UpdateGroupCommand({ GroupName, NewGroupName: "renamed" }));
    await alice.send(new ListUsersCommand({}));
    const got = await iam.send(new GetGroupPolicyCommand({ GroupName: "renamed", PolicyName: "lists" }));
    assert.equal(decodeURIComponent(got.PolicyDocument ?? ""), listsUsers);
    await iam.send(new DeleteGroupPolicyCommand({ GroupName: "renamed", PolicyName: "lists" }));
    await assert.rejects(alice.send(new ListUsersCommand({})), denied);
    await iam.send(new AttachGroupPolicyCommand({ GroupName: "renamed", PolicyArn: administratorAccess }));
    await alice.send(new ListUsersCommand({}));
    const { AttachedPolicies } = await iam.send(new ListAttachedGroupPoliciesCommand({ GroupName: "renamed" }));
    assert.deepEqual(AttachedPolicies, [{ PolicyName: "AdministratorAccess", PolicyArn: administratorAccess }]);
    const deny = document([{ Sid: "NoLists", Effect: "Deny", Action: "iam:List*", Resource: "*" }]);
    await iam.send(new PutGroupPolicyCommand({ ...put, GroupName: "renamed", PolicyDocument: deny }));
    await assert.rejects(alice.send(new ListUsersCommand({})), { ...denied, message: /explicit deny/ });
  });

  it("are refused with a fault, over the limit, and where there is no such thing", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    const GroupName = "team";
    await iam.send(new CreateGroupCommand({ GroupName }));
    const PolicyName = "p";
    await assert.rejects(iam.send(new PutGroupPolicyCommand({ GroupName, PolicyName, PolicyDocument: '{"x":1}' })), {
      name: "MalformedPolicyDocumentException",
      message: /line 1, column 2/,
    });
    const long = document([{ Effect: "Allow", Action: `s3:${"x".repeat(5120)}`, Resource: "*" }]);
    await assert.rejects(iam.send(new PutGroupPolicyCommand({ GroupName, PolicyName, PolicyDocument: long })), {
      name: "LimitExceededException",
      message: "Maximum policy size of 5120 bytes exceeded for group team",
    });
    await assert.rejects(iam.send(new GetGroupPolicyCommand({ GroupName, PolicyName })), missing);
    await assert.rejects(iam.send(new DeleteGroupPolicyCommand({ GroupName, PolicyName })), missing);
    const detach = { GroupName, PolicyArn: administratorAccess };
    await assert.rejects(iam.send(new DetachGroupPolicyCommand(detach)), missing);
    await iam.send(new AttachGroupPolicyCommand(detach));
    await assert.rejects(iam.send(new DeleteGroupCommand({ GroupName })), { name: "DeleteConflictException" });
    await iam.send(new DetachGroupPolicyCommand(detach));
    await iam.send(new PutGroupPolicyCommand({ GroupName, PolicyName, PolicyDocument: listsUsers }));
    assert.deepEqual((await iam.send(new ListGroupPoliciesCommand({ GroupName }))).PolicyNames, [PolicyName]);
    await assert.rejects(iam.send(new DeleteGroupCommand({ GroupName })), { name: "DeleteConflictException" });
    for (const command of [
      new ListGroupPoliciesCommand({ GroupName: "none" }),
      new ListAttachedGroupPoliciesCommand({ GroupName: "none" }),
      new PutGroupPolicyCommand({ GroupName: "none", PolicyName, PolicyDocument: listsUsers }),
      new AttachGroupPolicyCommand({ GroupName: "none", PolicyArn: administratorAccess }),
      new AttachGroupPolicyCommand({ GroupName, PolicyArn: `${administratorAccess}x` }),
    ]) {
      await assert.rejects(iam.send(command as ListGroupPoliciesCommand), missing);
    }
  });

  it("are ten attached ones at most", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    const GroupName = "team";
    await iam.send(new CreateGroupCommand({ GroupName }));
    for (let at = 0; at < 11; at += 1) {
      const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: `p${at}`, PolicyDocument: listsUsers }));
      const attach = iam.send(new AttachGroupPolicyCommand({ GroupName, PolicyArn: Policy?.Arn }));
      if (at < 10) await attach;
      else {
        const message = "Cannot exceed quota for PoliciesPerGroup: 10";
        await assert.rejects(attach, { name: "LimitExceededException", message });
      }
    }
  });
});
