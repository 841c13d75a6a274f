import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  AddUserToGroupCommand,
  CreateAccountAliasCommand,
  CreateGroupCommand,
  CreateInstanceProfileCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  DeleteAccountAliasCommand,
  GenerateCredentialReportCommand,
  GetAccessKeyLastUsedCommand,
  GetAccountAuthorizationDetailsCommand,
  GetAccountSummaryCommand,
  GetCredentialReportCommand,
  GetRoleCommand,
  ListAccountAliasesCommand,
  ListUsersCommand,
  paginateGetAccountAuthorizationDetails,
  PutGroupPolicyCommand,
  TagUserCommand,
  UpdateAccessKeyCommand,
} from "@aws-sdk/client-iam";
import { AssumeRoleCommand, GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { accountId, document } from "../../../access/testing/account.ts";
import { openAccountServer } from "../testing/account-server.ts";

const reads = document([{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }]);
const trustAccount = { AWS: `arn:aws:iam::${accountId}:root` };

describe("the account's alias", () => {
  it("is one, and a new one takes its place", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    const aliases = async () => (await iam.send(new ListAccountAliasesCommand({}))).AccountAliases;
    assert.deepEqual(await aliases(), []);
    await iam.send(new CreateAccountAliasCommand({ AccountAlias: "credit-risk" }));
    await assert.rejects(iam.send(new CreateAccountAliasCommand({ AccountAlias: "credit-risk" })), {
      name: "EntityAlreadyExistsException",
      message: "The account alias credit-risk already exists.",
    });
    await iam.send(new CreateAccountAliasCommand({ AccountAlias: "risk2" }));
    assert.deepEqual(await aliases(), ["risk2"]);
    await assert.rejects(iam.send(new DeleteAccountAliasCommand({ AccountAlias: "credit-risk" })), {
      name: "NoSuchEntityException",
    });
    await iam.send(new DeleteAccountAliasCommand({ AccountAlias: "risk2" }));
    assert.deepEqual(await aliases(), []);
    for (const AccountAlias of ["ab", "Risk", "-risk", "risk-", "a--b", "x".repeat(64)]) {
      await assert.rejects(iam.send(new CreateAccountAliasCommand({ AccountAlias })), { name: "ValidationError" });
    }
  });
});

describe("GetAccountSummary", () => {
  it("counts what there is, and tells how much there may be", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    server.user("alice");
    server.account.role("Trainer", trustAccount);
    await iam.send(new CreateGroupCommand({ GroupName: "g" }));
    await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: "p" }));
    const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: "p", PolicyDocument: reads }));
    await iam.send(new CreatePolicyVersionCommand({ PolicyArn: Policy?.Arn, PolicyDocument: reads }));
    const { SummaryMap } = await iam.send(new GetAccountSummaryCommand({}));
    const expected = {
      Users: 2,
      Roles: 1,
      Groups: 1,
      InstanceProfiles: 1,
      Policies: 1,
      PolicyVersionsInUse: 2,
      MFADevices: 0,
      MFADevicesInUse: 0,
      Providers: 0,
      UsersQuota: 5000,
      AccessKeysPerUserQuota: 2,
      VersionsPerPolicyQuota: 5,
      AttachedPoliciesPerGroupQuota: 10,
      PolicySizeQuota: 6144,
    };
    for (const [key, value] of Object.entries(expected)) {
      assert.equal((SummaryMap as Record<string, number> | undefined)?.[key], value, key);
    }
  });
});

describe("GetAccountAuthorizationDetails", () => {
  it("tells everybody with their policies, by kind and in pages", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    server.user("alice", { Effect: "Allow", Action: "s3:GetObject", Resource: "*" });
    await iam.send(new TagUserCommand({ UserName: "alice", Tags: [{ Key: "team", Value: "risk" }] }));
    await iam.send(new CreateGroupCommand({ GroupName: "g" }));
    await iam.send(new AddUserToGroupCommand({ GroupName: "g", UserName: "alice" }));
    await iam.send(new PutGroupPolicyCommand({ GroupName: "g", PolicyName: "reads", PolicyDocument: reads }));
    server.account.role("Trainer", trustAccount, { Effect: "Allow", Action: "s3:*", Resource: "*" });
    const { Policy } = await iam.send(
      new CreatePolicyCommand({ PolicyName: "Work", PolicyDocument: reads, Description: "work" }),
    );
    await iam.send(new CreatePolicyVersionCommand({ PolicyArn: Policy?.Arn, PolicyDocument: reads }));
    const all = await iam.send(new GetAccountAuthorizationDetailsCommand({}));
    const [administrator, alice] = all.UserDetailList ?? [];
    assert.equal(administrator?.AttachedManagedPolicies?.[0]?.PolicyName, "AdministratorAccess");
    assert.deepEqual([alice?.UserName, alice?.GroupList, alice?.Tags?.length], ["alice", ["g"], 1]);
    assert.match(decodeURIComponent(alice?.UserPolicyList?.[0]?.PolicyDocument ?? ""), /s3:GetObject/);
    const [group] = all.GroupDetailList ?? [];
    assert.equal(decodeURIComponent(group?.GroupPolicyList?.[0]?.PolicyDocument ?? ""), reads);
    const [role] = all.RoleDetailList ?? [];
    assert.deepEqual([role?.RoleName, role?.RolePolicyList?.length, role?.InstanceProfileList], ["Trainer", 1, []]);
    assert.match(decodeURIComponent(role?.AssumeRolePolicyDocument ?? ""), /sts:AssumeRole/);
    const [aws, own] = all.Policies ?? [];
    assert.deepEqual([aws?.PolicyName, own?.PolicyName, own?.Description], ["AdministratorAccess", "Work", "work"]);
    assert.deepEqual(
      own?.PolicyVersionList?.map(({ VersionId, IsDefaultVersion }) => [VersionId, IsDefaultVersion]),
      [
        ["v2", false],
        ["v1", true],
      ],
    );
    let entities = 0;
    for await (const page of paginateGetAccountAuthorizationDetails({ client: iam, pageSize: 1 }, {})) {
      const lists = [page.UserDetailList, page.GroupDetailList, page.RoleDetailList, page.Policies];
      const sizes = lists.map((list) => list?.length ?? 0);
      assert.equal(
        sizes.reduce((sum, size) => sum + size),
        1,
      );
      entities += 1;
    }
    assert.equal(entities, 6);
    const some = await iam.send(new GetAccountAuthorizationDetailsCommand({ Filter: ["Role", "LocalManagedPolicy"] }));
    assert.deepEqual(
      [some.UserDetailList, some.GroupDetailList, some.RoleDetailList?.length, some.Policies?.length],
      [[], [], 1, 1],
    );
  });
});

describe("last use", () => {
  it("is told of keys and roles, and survives", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    const keys = server.user("alice", { Effect: "Allow", Action: "sts:*", Resource: "*" });
    const { accessKeyId: AccessKeyId } = keys;
    const never = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }));
    assert.deepEqual(never.AccessKeyLastUsed, { ServiceName: "N/A", Region: "N/A" });
    const RoleArn = server.account.role("Trainer", trustAccount);
    const sts = server.sts(keys);
    const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "session" }));
    const used = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }));
    assert.deepEqual([used.UserName, used.AccessKeyLastUsed?.ServiceName], ["alice", "sts"]);
    assert.equal(used.AccessKeyLastUsed?.Region, "us-east-1");
    const now = server.account.clock.now().getTime();
    assert(Math.abs((used.AccessKeyLastUsed.LastUsedDate?.getTime() ?? 0) - now) < 1000);
    const session = server.sts({
      accessKeyId: Credentials?.AccessKeyId ?? "",
      secretAccessKey: Credentials?.SecretAccessKey ?? "",
      ...(Credentials?.SessionToken === undefined ? {} : { sessionToken: Credentials.SessionToken }),
    });
    assert.deepEqual((await iam.send(new GetRoleCommand({ RoleName: "Trainer" }))).Role?.RoleLastUsed, {});
    await session.send(new GetCallerIdentityCommand({}));
    const role = (await iam.send(new GetRoleCommand({ RoleName: "Trainer" }))).Role;
    assert.equal(role?.RoleLastUsed?.Region, "us-east-1");
    assert(role.RoleLastUsed.LastUsedDate !== undefined);
    const rows = () => server.account.db.all("SELECT * FROM access_last_used WHERE subject = ?", AccessKeyId).length;
    assert.equal(rows(), 0, "a request does not wait for the database");
    server.account.access.lastUsed.flush();
    assert.equal(rows(), 1);
    const kept = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }));
    assert.deepEqual(kept.AccessKeyLastUsed, used.AccessKeyLastUsed);
  });

  it("of a key that is not there is nobody's", async () => {
    await using server = await openAccountServer();
    const missing = new GetAccessKeyLastUsedCommand({ AccessKeyId: "AKIAIOSFODNN7EXAMPLE" });
    await assert.rejects(server.iam(server.administrator).send(missing), { name: "NoSuchEntityException" });
    const own = `arn:aws:iam::${accountId}:user/alice`;
    const alice = server.user("alice", { Effect: "Allow", Action: "iam:GetAccessKeyLastUsed", Resource: own });
    const bob = server.user("bob");
    for (const AccessKeyId of ["AKIAIOSFODNN7EXAMPLE", bob.accessKeyId]) {
      await assert.rejects(server.iam(alice).send(new GetAccessKeyLastUsedCommand({ AccessKeyId })), {
        name: "AccessDenied",
        message: /iam:GetAccessKeyLastUsed on resource: arn:aws:iam::111122223333:user\/\* /,
      });
    }
    await server.iam(alice).send(new GetAccessKeyLastUsedCommand({ AccessKeyId: alice.accessKeyId }));
  });
});

describe("the credential report", () => {
  it("has a line for everybody, and holds for four hours", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    await assert.rejects(iam.send(new GetCredentialReportCommand({})), {
      name: "CredentialReportNotPresentException",
    });
    const keys = server.user("a,b", { Effect: "Allow", Action: "iam:ListUsers", Resource: "*" });
    await server.iam(keys).send(new ListUsersCommand({}));
    const Status = "Inactive";
    await iam.send(new UpdateAccessKeyCommand({ UserName: "a,b", AccessKeyId: keys.accessKeyId, Status }));
    const { State } = await iam.send(new GenerateCredentialReportCommand({}));
    assert.equal(State, "STARTED");
    assert.equal((await iam.send(new GenerateCredentialReportCommand({}))).State, "COMPLETE");
    const report = await iam.send(new GetCredentialReportCommand({}));
    assert.equal(report.ReportFormat, "text/csv");
    const [head, root, named, administrator, ...more] = Buffer.from(report.Content ?? "")
      .toString()
      .split("\n");
    assert.deepEqual(more, []);
    assert.equal(head?.split(",").length, 22);
    assert.match(head, /^user,arn,user_creation_time,password_enabled,.*,cert_2_last_rotated$/);
    assert.match(root ?? "", /^<root_account>,arn:aws:iam::111122223333:root,\d{4}-.*\+00:00,not_supported,N\/A,/);
    assert.equal(root?.split(",").length, 22);
    assert.match(
      named ?? "",
      /^"a,b","arn:aws:iam::111122223333:user\/a,b",[^,]+,false,N\/A,N\/A,N\/A,false,false,[^,]+,[^,]+,us-east-1,iam,false,N\/A,N\/A,N\/A,N\/A,false,N\/A,false,N\/A$/,
    );
    assert.match(
      administrator ?? "",
      /^administrator,[^,]+,[^,]+,false,N\/A,N\/A,N\/A,false,true,[^,]+,[^,]+,us-east-1,iam,/,
    );
    server.account.clock.advance(4 * 3_600_000);
    const later = server.account.access.credentialReports;
    assert.equal(later.get(), "expired");
    assert.equal(later.generate(), "made");
  });

  it("is told to be too old, through the client", async () => {
    await using server = await openAccountServer();
    const iam = server.iam(server.administrator);
    const { clock } = server.account;
    const now = clock.now();
    clock.advance(-4 * 3_600_000);
    server.account.access.credentialReports.generate();
    clock.turnTo(now);
    await assert.rejects(iam.send(new GetCredentialReportCommand({})), { name: "CredentialReportExpiredException" });
  });
});
