import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import { DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { CreateUserCommand, ListUsersCommand } from "@aws-sdk/client-iam";
import {
  AttachPolicyCommand,
  CreateOrganizationalUnitCommand,
  CreatePolicyCommand,
  DeletePolicyCommand,
  DescribeAccountCommand,
  DescribeOrganizationCommand,
  DescribePolicyCommand,
  DetachPolicyCommand,
  DisablePolicyTypeCommand,
  EnablePolicyTypeCommand,
  ListAccountsCommand,
  ListAccountsForParentCommand,
  ListChildrenCommand,
  ListOrganizationalUnitsForParentCommand,
  ListParentsCommand,
  ListPoliciesCommand,
  ListPoliciesForTargetCommand,
  ListRootsCommand,
  ListTagsForResourceCommand,
  ListTargetsForPolicyCommand,
  paginateListPolicies,
  TagResourceCommand,
  UntagResourceCommand,
  UpdatePolicyCommand,
  type OrganizationsClient,
} from "@aws-sdk/client-organizations";
import { CreateBucketCommand, ListBucketsCommand } from "@aws-sdk/client-s3";
import { hostLacks, newRole, newUser, startHouse, type Statement, type TestHouse } from "@strongroom/testkit";

const Type = "SERVICE_CONTROL_POLICY" as const;
const fullAccess = "p-FullAWSAccess";
const document = (...statements: Statement[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });
const deny = (Action: string, Condition?: Statement["Condition"]): Statement => ({
  Sid: "Guardrail",
  Effect: "Deny",
  Action,
  Resource: "*",
  ...(Condition === undefined ? {} : { Condition }),
});

describe("the organisation", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  let client: OrganizationsClient;
  let rootId: string;
  let accountId: string;
  before(async () => {
    house = await startHouse();
    client = house.clients.organizations;
    accountId = house.place.accountId;
    rootId = (await client.send(new ListRootsCommand({}))).Roots?.[0]?.Id ?? "";
  });
  after(() => house[Symbol.asyncDispose]());

  async function newPolicy(Name: string, Content = document(deny("s3:DeleteBucket"))): Promise<string> {
    const { Policy } = await client.send(new CreatePolicyCommand({ Name, Description: "", Content, Type }));
    return Policy?.PolicySummary?.Id ?? "";
  }

  async function attached(TargetId: string): Promise<(string | undefined)[]> {
    const { Policies } = await client.send(new ListPoliciesForTargetCommand({ TargetId, Filter: Type }));
    return (Policies ?? []).map(({ Name }) => Name);
  }

  test("is one root with this account, and all access attached to both", async () => {
    const { Organization } = await client.send(new DescribeOrganizationCommand({}));
    assert.match(Organization?.Id ?? "", /^o-[a-z0-9]{10}$/);
    assert.equal(Organization?.FeatureSet, "ALL");
    assert.equal(Organization.MasterAccountId, accountId);
    const { Roots } = await client.send(new ListRootsCommand({}));
    assert.deepEqual(Roots?.[0]?.PolicyTypes, [{ Type, Status: "ENABLED" }]);
    assert.equal(Roots[0].Arn, `arn:aws:organizations::${accountId}:root/${Organization.Id}/${rootId}`);
    const { Accounts } = await client.send(new ListAccountsCommand({}));
    assert.deepEqual(
      Accounts?.map(({ Id, Status }) => [Id, Status]),
      [[accountId, "ACTIVE"]],
    );
    const { Accounts: below } = await client.send(new ListAccountsForParentCommand({ ParentId: rootId }));
    assert.deepEqual(below, Accounts);
    const { Account } = await client.send(new DescribeAccountCommand({ AccountId: accountId }));
    assert.equal(Account?.Arn, `arn:aws:organizations::${accountId}:account/${Organization.Id}/${accountId}`);
    const { Parents } = await client.send(new ListParentsCommand({ ChildId: accountId }));
    assert.deepEqual(Parents, [{ Id: rootId, Type: "ROOT" }]);
    const children = (ChildType: "ACCOUNT" | "ORGANIZATIONAL_UNIT") =>
      client.send(new ListChildrenCommand({ ParentId: rootId, ChildType }));
    assert.deepEqual((await children("ACCOUNT")).Children, [{ Id: accountId, Type: "ACCOUNT" }]);
    assert.deepEqual((await children("ORGANIZATIONAL_UNIT")).Children, []);
    const units = await client.send(new ListOrganizationalUnitsForParentCommand({ ParentId: rootId }));
    assert.deepEqual(units.OrganizationalUnits, []);
    assert.deepEqual(await attached(rootId), ["FullAWSAccess"]);
    assert.deepEqual(await attached(accountId), ["FullAWSAccess"]);
  });

  test("stores, tells, changes and deletes policies", async () => {
    const Tags = [{ Key: "owner", Value: "security" }];
    const Content = document(deny("s3:DeleteBucket"));
    const created = await client.send(
      new CreatePolicyCommand({ Name: "stored", Description: "first", Content, Type, Tags }),
    );
    const summary = created.Policy?.PolicySummary;
    const PolicyId = summary?.Id ?? "";
    assert.match(PolicyId, /^p-[a-z0-9]{8}$/);
    assert.match(summary?.Arn ?? "", /:policy\/o-[a-z0-9]{10}\/service_control_policy\/p-[a-z0-9]{8}$/);
    assert.equal(created.Policy?.Content, Content);
    const updated = await client.send(new UpdatePolicyCommand({ PolicyId, Description: "second" }));
    assert.equal(updated.Policy?.PolicySummary?.Description, "second");
    const described = await client.send(new DescribePolicyCommand({ PolicyId }));
    assert.deepEqual(described.Policy, updated.Policy);
    const tagsOf = async () => (await client.send(new ListTagsForResourceCommand({ ResourceId: PolicyId }))).Tags;
    assert.deepEqual(await tagsOf(), Tags);
    await client.send(new TagResourceCommand({ ResourceId: PolicyId, Tags: [{ Key: "tier", Value: "1" }] }));
    await client.send(new UntagResourceCommand({ ResourceId: PolicyId, TagKeys: ["owner"] }));
    assert.deepEqual(await tagsOf(), [{ Key: "tier", Value: "1" }]);
    const names: (string | undefined)[] = [];
    for await (const page of paginateListPolicies({ client, pageSize: 1 }, { Filter: Type })) {
      assert.equal(page.Policies?.length, 1);
      names.push(page.Policies[0]?.Name);
    }
    assert.deepEqual(names.sort(), ["FullAWSAccess", "stored"]);
    await client.send(new DeletePolicyCommand({ PolicyId }));
    await assert.rejects(client.send(new DescribePolicyCommand({ PolicyId })), { name: "PolicyNotFoundException" });
  });

  test("binds administrators, in all services, from the next request on and until it is detached", async () => {
    const PolicyId = await newPolicy("no-new-buckets", document(deny("s3:CreateBucket")));
    await house.clients.s3.send(new CreateBucketCommand({ Bucket: "before" }));
    for (const TargetId of [rootId, accountId]) {
      await client.send(new AttachPolicyCommand({ PolicyId, TargetId }));
      const refused = house.clients.s3.send(new CreateBucketCommand({ Bucket: "after" }));
      await assert.rejects(refused, (error: Error) => {
        assert.equal(error.name, "AccessDenied");
        assert.match(error.message, /with an explicit deny in a service control policy/);
        assert.ok(error.message.endsWith(PolicyId), error.message);
        return true;
      });
      await client.send(new UpdatePolicyCommand({ PolicyId, Content: document(deny("s3:DeleteBucket")) }));
      await house.clients.s3.send(
        new CreateBucketCommand({ Bucket: `while-${TargetId === rootId ? "root" : "account"}` }),
      );
      await client.send(new UpdatePolicyCommand({ PolicyId, Content: document(deny("s3:CreateBucket")) }));
      await client.send(new DetachPolicyCommand({ PolicyId, TargetId }));
    }
    await house.clients.s3.send(new CreateBucketCommand({ Bucket: "after" }));
    await client.send(new DeletePolicyCommand({ PolicyId }));
  });

  test("has to allow at every level, and gives nothing by itself", async () => {
    const Allow = "Allow" as const;
    const allows: Statement = { Effect: Allow, Action: ["s3:*", "organizations:*", "iam:*", "sts:*"], Resource: "*" };
    const PolicyId = await newPolicy("only-some-services", document(allows));
    await client.send(new AttachPolicyCommand({ PolicyId, TargetId: accountId }));
    await client.send(new DetachPolicyCommand({ PolicyId: fullAccess, TargetId: accountId }));
    await house.clients.s3.send(new ListBucketsCommand({}));
    await assert.rejects(house.clients.logs.send(new DescribeLogGroupsCommand({})), {
      message: /because no service control policy allows the logs:DescribeLogGroups action/,
    });
    using nobody = await newUser(house.clients, "nobody");
    await assert.rejects(nobody.s3.send(new ListBucketsCommand({})), {
      message: /because no identity-based policy allows/,
    });
    await client.send(new AttachPolicyCommand({ PolicyId: fullAccess, TargetId: accountId }));
    await client.send(new DetachPolicyCommand({ PolicyId, TargetId: accountId }));
    await client.send(new DeletePolicyCommand({ PolicyId }));
  });

  test("reaches sessions of roles, and conditions know the organisation", async () => {
    const organization = (await client.send(new DescribeOrganizationCommand({}))).Organization?.Id ?? "";
    const role = await newRole(house.clients, "session-role", [
      {
        Effect: "Allow",
        Action: "iam:ListUsers",
        Resource: "*",
        Condition: {
          StringEquals: { "aws:PrincipalOrgID": organization, "aws:ResourceOrgID": organization },
          "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": `${organization}/${rootId}/*` },
        },
      },
    ]);
    using session = await role.assume();
    await session.iam.send(new ListUsersCommand({}));
    const PolicyId = await newPolicy(
      "no-lists-by-roles",
      document(deny("iam:ListUsers", { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/*" } })),
    );
    await client.send(new AttachPolicyCommand({ PolicyId, TargetId: rootId }));
    await assert.rejects(session.iam.send(new ListUsersCommand({})), { message: /explicit deny in a service control/ });
    await house.clients.iam.send(new ListUsersCommand({}));
    await client.send(new DetachPolicyCommand({ PolicyId, TargetId: rootId }));
    await client.send(new DeletePolicyCommand({ PolicyId }));
  });

  test("refuses a change after which its author could not take it back", async () => {
    for (const Action of ["*", "organizations:*", "organizations:DetachPolicy"]) {
      const PolicyId = await newPolicy("lock-out", document(deny(Action)));
      const attach = client.send(new AttachPolicyCommand({ PolicyId, TargetId: accountId }));
      await assert.rejects(attach, { name: "ConstraintViolationException", message: /could no longer detach/ });
      assert.deepEqual(await attached(accountId), ["FullAWSAccess"]);
      await client.send(new DeletePolicyCommand({ PolicyId }));
    }
    const PolicyId = await newPolicy("turning");
    await client.send(new AttachPolicyCommand({ PolicyId, TargetId: accountId }));
    const update = client.send(new UpdatePolicyCommand({ PolicyId, Content: document(deny("*")) }));
    await assert.rejects(update, { name: "ConstraintViolationException" });
    const detach = client.send(new DetachPolicyCommand({ PolicyId: fullAccess, TargetId: accountId }));
    await assert.rejects(detach, { name: "ConstraintViolationException", message: /could no longer detach/ });
    await house.clients.iam.send(new CreateUserCommand({ UserName: "still-possible" }));
    await client.send(new DetachPolicyCommand({ PolicyId, TargetId: accountId }));
    await client.send(new DeletePolicyCommand({ PolicyId }));
  });

  test("disabled, its policies are taken off and decide nothing; enabled again, they begin with all access", async () => {
    const PolicyId = await newPolicy("to-be-disabled", document(deny("iam:ListUsers")));
    await client.send(new AttachPolicyCommand({ PolicyId, TargetId: rootId }));
    const RootId = rootId;
    const { Root } = await client.send(new DisablePolicyTypeCommand({ RootId, PolicyType: Type }));
    assert.deepEqual(Root?.PolicyTypes, []);
    await house.clients.iam.send(new ListUsersCommand({}));
    assert.deepEqual(await attached(rootId), []);
    await rejects(
      client.send(new AttachPolicyCommand({ PolicyId, TargetId: rootId })),
      "PolicyTypeNotEnabledException",
    );
    const again = client.send(new DisablePolicyTypeCommand({ RootId, PolicyType: Type }));
    await rejects(again, "PolicyTypeNotEnabledException");
    await client.send(new EnablePolicyTypeCommand({ RootId, PolicyType: Type }));
    assert.deepEqual(await attached(rootId), ["FullAWSAccess"]);
    const twice = client.send(new EnablePolicyTypeCommand({ RootId, PolicyType: Type }));
    await rejects(twice, "PolicyTypeAlreadyEnabledException");
    await client.send(new DeletePolicyCommand({ PolicyId }));
  });

  test("answers with AWS's exceptions", async () => {
    const PolicyId = await newPolicy("one");
    const TargetId = rootId;
    const create = (Name: string, Content: string) =>
      client.send(new CreatePolicyCommand({ Name, Description: "", Content, Type }));
    await rejects(create("one", document(deny("s3:*"))), "DuplicatePolicyException");
    await rejects(create("FullAWSAccess", document(deny("s3:*"))), "DuplicatePolicyException");
    await assert.rejects(
      create(
        "two",
        '{"Version":"2012-10-17",\n"Statement":[{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}]}',
      ),
      {
        name: "MalformedPolicyDocumentException",
        message: /should not specify a principal.*line 2, column \d+/,
      },
    );
    await rejects(
      create("long", document(deny(`s3:${"a".repeat(5120)}`))),
      "ConstraintViolationException",
      "POLICY_CONTENT_LIMIT_EXCEEDED",
    );
    await client.send(new AttachPolicyCommand({ PolicyId, TargetId }));
    await rejects(client.send(new AttachPolicyCommand({ PolicyId, TargetId })), "DuplicatePolicyAttachmentException");
    await rejects(client.send(new DeletePolicyCommand({ PolicyId })), "PolicyInUseException");
    const { Targets } = await client.send(new ListTargetsForPolicyCommand({ PolicyId }));
    assert.deepEqual(
      Targets?.map(({ TargetId: id, Type: kind }) => [id, kind]),
      [[rootId, "ROOT"]],
    );
    const more = await Promise.all(["a", "b", "c", "d"].map((name) => newPolicy(name)));
    for (const id of more.slice(0, 3)) await client.send(new AttachPolicyCommand({ PolicyId: id, TargetId }));
    const sixth = client.send(new AttachPolicyCommand({ PolicyId: more[3], TargetId }));
    await rejects(sixth, "ConstraintViolationException", "MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED");
    for (const id of [PolicyId, ...more.slice(0, 3)]) {
      await client.send(new DetachPolicyCommand({ PolicyId: id, TargetId }));
    }
    await rejects(client.send(new DetachPolicyCommand({ PolicyId, TargetId })), "PolicyNotAttachedException");
    const last = client.send(new DetachPolicyCommand({ PolicyId: fullAccess, TargetId }));
    await rejects(last, "ConstraintViolationException", "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED");
    const change = client.send(new UpdatePolicyCommand({ PolicyId: fullAccess, Description: "mine" }));
    await rejects(change, "InvalidInputException", "IMMUTABLE_POLICY");
    await rejects(client.send(new DeletePolicyCommand({ PolicyId: fullAccess })), "InvalidInputException");
    const missing = { PolicyId: "p-00000000", TargetId };
    await rejects(client.send(new AttachPolicyCommand(missing)), "PolicyNotFoundException");
    const nowhere = { PolicyId, TargetId: "999999999999" };
    await rejects(client.send(new AttachPolicyCommand(nowhere)), "TargetNotFoundException");
    await rejects(
      client.send(new ListPoliciesForTargetCommand({ TargetId: "r-none", Filter: Type })),
      "TargetNotFoundException",
    );
    await rejects(client.send(new DescribeAccountCommand({ AccountId: "999999999999" })), "AccountNotFoundException");
    await rejects(
      client.send(new ListChildrenCommand({ ParentId: "r-none", ChildType: "ACCOUNT" })),
      "ParentNotFoundException",
    );
    await rejects(client.send(new ListParentsCommand({ ChildId: "999999999999" })), "ChildNotFoundException");
    await rejects(
      client.send(new EnablePolicyTypeCommand({ RootId: "r-none", PolicyType: Type })),
      "RootNotFoundException",
    );
    await rejects(
      client.send(new ListPoliciesCommand({ Filter: Type, NextToken: "!!" })),
      "InvalidInputException",
      "INVALID_NEXT_TOKEN",
    );
    const twice = [
      { Key: "k", Value: "1" },
      { Key: "k", Value: "2" },
    ];
    await rejects(
      client.send(new TagResourceCommand({ ResourceId: PolicyId, Tags: twice })),
      "InvalidInputException",
      "DUPLICATE_TAG_KEY",
    );
    const many = Array.from({ length: 50 }, (_, i) => ({ Key: `k${i}`, Value: "" }));
    await client.send(new TagResourceCommand({ ResourceId: PolicyId, Tags: many }));
    const over = client.send(new TagResourceCommand({ ResourceId: PolicyId, Tags: [{ Key: "over", Value: "" }] }));
    await rejects(over, "ConstraintViolationException", "MAX_TAG_LIMIT_EXCEEDED");
    await rejects(
      client.send(new TagResourceCommand({ ResourceId: "p-00000000", Tags: [] })),
      "TargetNotFoundException",
    );
  });

  test("refuses other types of policies and units by name", async () => {
    const other = client.send(new ListPoliciesCommand({ Filter: "TAG_POLICY" }));
    await assert.rejects(other, { name: "ValidationException", message: /Filter/ });
    const unit = client.send(new CreateOrganizationalUnitCommand({ ParentId: rootId, Name: "unit" }));
    await assert.rejects(unit, { message: /CreateOrganizationalUnit/ });
  });

  test("tags at creation ask for the right to tag, with the tags", async () => {
    using author = await newUser(house.clients, "author", [
      { Effect: "Allow", Action: "organizations:CreatePolicy", Resource: "*" },
      {
        Effect: "Allow",
        Action: "organizations:TagResource",
        Resource: "arn:aws:organizations::*:policy/*",
        Condition: { StringEquals: { "aws:RequestTag/owner": "author" } },
      },
    ]);
    const create = (Name: string, Value: string) =>
      author.organizations.send(
        new CreatePolicyCommand({
          Name,
          Description: "",
          Content: document(deny("s3:DeleteBucket")),
          Type,
          Tags: [{ Key: "owner", Value }],
        }),
      );
    await create("mine", "author");
    await assert.rejects(create("others", "security"), { message: /organizations:TagResource/ });
  });
});

async function rejects(call: Promise<unknown>, name: string, Reason?: string): Promise<void> {
  await assert.rejects(call, (error: Error & { Reason?: string }) => {
    assert.equal(error.name, name, error.message);
    if (Reason !== undefined) assert.equal(error.Reason, Reason);
    return true;
  });
}
