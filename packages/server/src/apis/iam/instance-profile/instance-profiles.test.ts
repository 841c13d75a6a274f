import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  DeleteInstanceProfileCommand,
  DeleteRoleCommand,
  GetInstanceProfileCommand,
  ListInstanceProfilesCommand,
  ListInstanceProfilesForRoleCommand,
  ListInstanceProfileTagsCommand,
  paginateListInstanceProfiles,
  RemoveRoleFromInstanceProfileCommand,
  TagInstanceProfileCommand,
  UntagInstanceProfileCommand,
  waitUntilInstanceProfileExists,
} from "@aws-sdk/client-iam";
import { accountId, document, done, trustSageMaker } from "../../../access/testing/account.ts";
import { openAccountServer } from "../testing/account-server.ts";

const trust = document([{ Effect: "Allow", Principal: trustSageMaker, Action: "sts:AssumeRole" }]);
const missing = { name: "NoSuchEntityException" };

describe("instance profiles", () => {
  it("hand on one role, and hold it meanwhile", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    const InstanceProfileName = "Machines";
    const create = { InstanceProfileName, Path: "/team/", Tags: [{ Key: "team", Value: "risk" }] };
    const { InstanceProfile } = await iam.send(new CreateInstanceProfileCommand(create));
    assert.equal(InstanceProfile?.Arn, `arn:aws:iam::${accountId}:instance-profile/team/Machines`);
    assert.match(InstanceProfile.InstanceProfileId ?? "", /^AIPA[A-Z2-7]{16}$/);
    assert.deepEqual([InstanceProfile.Roles, InstanceProfile.Tags], [[], create.Tags]);
    await waitUntilInstanceProfileExists({ client: iam, maxWaitTime: 5 }, { InstanceProfileName });
    for (const RoleName of ["Trainer", "Other"]) {
      await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));
    }
    const held = { InstanceProfileName, RoleName: "Trainer" };
    await iam.send(new AddRoleToInstanceProfileCommand(held));
    await assert.rejects(iam.send(new AddRoleToInstanceProfileCommand({ ...held, RoleName: "Other" })), {
      name: "LimitExceededException",
      message: "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1",
    });
    const got = await iam.send(new GetInstanceProfileCommand({ InstanceProfileName }));
    assert.deepEqual(
      got.InstanceProfile?.Roles?.map(({ RoleName }) => RoleName),
      ["Trainer"],
    );
    const ofRole = await iam.send(new ListInstanceProfilesForRoleCommand({ RoleName: "Trainer" }));
    assert.equal(ofRole.InstanceProfiles?.[0]?.Roles?.[0]?.RoleName, "Trainer");
    assert.deepEqual(
      (await iam.send(new ListInstanceProfilesForRoleCommand({ RoleName: "Other" }))).InstanceProfiles,
      [],
    );
    const message = "Cannot delete entity, must remove roles from instance profile first.";
    const conflict = { name: "DeleteConflictException", message };
    await assert.rejects(iam.send(new DeleteRoleCommand({ RoleName: "Trainer" })), conflict);
    await assert.rejects(iam.send(new DeleteInstanceProfileCommand({ InstanceProfileName })), conflict);
    await assert.rejects(iam.send(new RemoveRoleFromInstanceProfileCommand({ ...held, RoleName: "Other" })), missing);
    await iam.send(new RemoveRoleFromInstanceProfileCommand(held));
    await iam.send(new DeleteRoleCommand({ RoleName: "Trainer" }));
    await iam.send(new DeleteInstanceProfileCommand({ InstanceProfileName }));
    await assert.rejects(iam.send(new GetInstanceProfileCommand({ InstanceProfileName })), missing);
  });

  it("come in pages", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    for (const name of ["c", "a", "b"]) {
      await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: name, Path: name === "b" ? "/b/" : "/" }));
    }
    const pages: (string | undefined)[][] = [];
    for await (const page of paginateListInstanceProfiles({ client: iam, pageSize: 2 }, {})) {
      pages.push(page.InstanceProfiles?.map(({ InstanceProfileName }) => InstanceProfileName) ?? []);
    }
    assert.deepEqual(pages, [["a", "b"], ["c"]]);
    const { InstanceProfiles } = await iam.send(new ListInstanceProfilesCommand({ PathPrefix: "/b/" }));
    assert.equal(InstanceProfiles?.length, 1);
  });

  it("have tags, which decide", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    const InstanceProfileName = "Machines";
    await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName }));
    const Condition = { StringEquals: { "aws:ResourceTag/team": "risk" } };
    const alice = server.iam(
      server.user("alice", { Effect: "Allow", Action: "iam:GetInstanceProfile", Resource: "*", Condition }),
    );
    const get = new GetInstanceProfileCommand({ InstanceProfileName });
    await assert.rejects(alice.send(get), { name: "AccessDenied" });
    const Tags = [{ Key: "team", Value: "risk" }];
    await iam.send(new TagInstanceProfileCommand({ InstanceProfileName, Tags }));
    await alice.send(get);
    assert.deepEqual((await iam.send(new ListInstanceProfileTagsCommand({ InstanceProfileName }))).Tags, Tags);
    await iam.send(new UntagInstanceProfileCommand({ InstanceProfileName, TagKeys: ["team"] }));
    await assert.rejects(alice.send(get), { name: "AccessDenied" });
    const many = Array.from({ length: 50 }, (_, at) => ({ Key: `k${at}`, Value: "v" }));
    await iam.send(new TagInstanceProfileCommand({ InstanceProfileName, Tags: many }));
    await assert.rejects(iam.send(new TagInstanceProfileCommand({ InstanceProfileName, Tags })), {
      name: "LimitExceededException",
    });
  });

  it("are refused where something is missing or there already", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: "Machines" }));
    await assert.rejects(iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: "machines" })), {
      name: "EntityAlreadyExistsException",
      message: "Instance Profile machines already exists.",
    });
    const twice = [
      { Key: "a", Value: "1" },
      { Key: "A", Value: "2" },
    ];
    await assert.rejects(iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: "Tagged", Tags: twice })), {
      name: "InvalidInputException",
    });
    await iam.send(new CreateRoleCommand({ RoleName: "Trainer", AssumeRolePolicyDocument: trust }));
    const InstanceProfileName = "none";
    for (const command of [
      new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName: "Trainer" }),
      new AddRoleToInstanceProfileCommand({ InstanceProfileName: "Machines", RoleName: "none" }),
      new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName: "Trainer" }),
      new DeleteInstanceProfileCommand({ InstanceProfileName }),
      new TagInstanceProfileCommand({ InstanceProfileName, Tags: [{ Key: "a", Value: "1" }] }),
      new UntagInstanceProfileCommand({ InstanceProfileName, TagKeys: ["a"] }),
      new ListInstanceProfileTagsCommand({ InstanceProfileName }),
      new ListInstanceProfilesForRoleCommand({ RoleName: "none" }),
    ]) {
      await assert.rejects(iam.send(command as DeleteInstanceProfileCommand), missing);
    }
  });

  it("are a thousand", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    const { instanceProfiles } = server.account.access;
    server.account.db.transaction(() => {
      for (let at = 0; at < 1000; at += 1) done(instanceProfiles.create({ name: `p${at}`, path: "/", tags: {} }));
    });
    await assert.rejects(iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: "more" })), {
      name: "LimitExceededException",
      message: "Cannot exceed quota for InstanceProfilesPerAccount: 1000",
    });
  });

  it("take no role that the caller may not pass", async () => {
    await using server = await openAccountServer();
    const administrator = server.iam(server.administrator);
    await administrator.send(new CreateInstanceProfileCommand({ InstanceProfileName: "Machines" }));
    await administrator.send(
      new CreateRoleCommand({ RoleName: "Trainer", Path: "/team/", AssumeRolePolicyDocument: trust }),
    );
    const add = new AddRoleToInstanceProfileCommand({ InstanceProfileName: "Machines", RoleName: "Trainer" });
    const adds = { Effect: "Allow", Action: "iam:AddRoleToInstanceProfile", Resource: "*" };
    await assert.rejects(server.iam(server.user("alice", adds)).send(add), {
      name: "AccessDenied",
      message: /iam:PassRole on resource: arn:aws:iam::111122223333:role\/team\/Trainer/,
    });
    const Condition = { StringEquals: { "iam:PassedToService": "ec2.amazonaws.com" } };
    const passes = { Effect: "Allow", Action: "iam:PassRole", Resource: "*", Condition };
    await server.iam(server.user("bob", adds, passes)).send(add);
  });
});
