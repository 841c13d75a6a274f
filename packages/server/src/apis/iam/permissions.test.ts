import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as iam from "@aws-sdk/client-iam";
import { accountId, document } from "../../access/testing/account.ts";
import { openAccountServer, type Keys } from "./testing/account-server.ts";

const arn = (rest: string) => `arn:aws:iam::${accountId}:${rest}`;
const group = arn("group/team/g");
const user = arn("user/team/u");
const role = arn("role/team/r");
const policy = arn("policy/team/p");
const profile = arn("instance-profile/team/i");
const PolicyDocument = document([{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }]);
const AssumeRolePolicyDocument = document([{ Effect: "Allow", Principal: { AWS: user }, Action: "sts:AssumeRole" }]);
const Tags = [{ Key: "team", Value: "risk" }];
const GroupName = "g";
const UserName = "u";
const RoleName = "r";
const InstanceProfileName = "i";
const PolicyArn = policy;
const PolicyName = "inline";

interface Row {
  readonly command: object;
  /** Actions and the resources that they are asked for, in the order they are asked in. */
  readonly needs: readonly (readonly [action: string, resource: string])[];
}
const row = (command: object, ...needs: [string, string][]): Row => ({ command, needs });

/** Nothing here takes away what a later row needs. */
const rows: readonly Row[] = [
  row(new iam.GetGroupCommand({ GroupName }), ["GetGroup", group]),
  row(new iam.CreateGroupCommand({ GroupName: "new", Path: "/x/" }), ["CreateGroup", arn("group/x/new")]),
  row(new iam.ListGroupsCommand({ PathPrefix: "/team/" }), ["ListGroups", arn("group/team/")]),
  row(new iam.UpdateGroupCommand({ GroupName, NewPath: "/team/" }), ["UpdateGroup", group]),
  row(new iam.AddUserToGroupCommand({ GroupName, UserName }), ["AddUserToGroup", group]),
  row(new iam.RemoveUserFromGroupCommand({ GroupName, UserName }), ["RemoveUserFromGroup", group]),
  row(new iam.ListGroupsForUserCommand({ UserName }), ["ListGroupsForUser", user]),
  row(new iam.PutGroupPolicyCommand({ GroupName, PolicyName, PolicyDocument }), ["PutGroupPolicy", group]),
  row(new iam.GetGroupPolicyCommand({ GroupName, PolicyName }), ["GetGroupPolicy", group]),
  row(new iam.ListGroupPoliciesCommand({ GroupName }), ["ListGroupPolicies", group]),
  row(new iam.DeleteGroupPolicyCommand({ GroupName, PolicyName }), ["DeleteGroupPolicy", group]),
  row(new iam.AttachGroupPolicyCommand({ GroupName, PolicyArn }), ["AttachGroupPolicy", group]),
  row(new iam.ListAttachedGroupPoliciesCommand({ GroupName }), ["ListAttachedGroupPolicies", group]),
  row(new iam.DetachGroupPolicyCommand({ GroupName, PolicyArn }), ["DetachGroupPolicy", group]),
  row(new iam.DeleteGroupCommand({ GroupName }), ["DeleteGroup", group]),

  row(new iam.CreatePolicyCommand({ PolicyName: "new", PolicyDocument }), ["CreatePolicy", arn("policy/new")]),
  row(
    new iam.CreatePolicyCommand({ PolicyName: "tagged", PolicyDocument, Tags }),
    ["CreatePolicy", arn("policy/tagged")],
    ["TagPolicy", arn("policy/tagged")],
  ),
  row(new iam.CreatePolicyVersionCommand({ PolicyArn, PolicyDocument }), ["CreatePolicyVersion", policy]),
  row(new iam.ListPolicyVersionsCommand({ PolicyArn }), ["ListPolicyVersions", policy]),
  row(new iam.GetPolicyVersionCommand({ PolicyArn, VersionId: "v2" }), ["GetPolicyVersion", policy]),
  row(new iam.SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: "v1" }), ["SetDefaultPolicyVersion", policy]),
  row(new iam.DeletePolicyVersionCommand({ PolicyArn, VersionId: "v2" }), ["DeletePolicyVersion", policy]),
  row(new iam.TagPolicyCommand({ PolicyArn, Tags }), ["TagPolicy", policy]),
  row(new iam.ListPolicyTagsCommand({ PolicyArn }), ["ListPolicyTags", policy]),
  row(new iam.UntagPolicyCommand({ PolicyArn, TagKeys: ["team"] }), ["UntagPolicy", policy]),
  row(new iam.ListEntitiesForPolicyCommand({ PolicyArn }), ["ListEntitiesForPolicy", policy]),
  row(new iam.ListPoliciesCommand({ PathPrefix: "/team/" }), ["ListPolicies", arn("policy/team/")]),
  row(new iam.GetPolicyCommand({ PolicyArn }), ["GetPolicy", policy]),
  row(new iam.DeletePolicyCommand({ PolicyArn }), ["DeletePolicy", policy]),

  row(new iam.UpdateUserCommand({ UserName, NewPath: "/team/" }), ["UpdateUser", user]),
  row(new iam.UpdateRoleCommand({ RoleName, Description: "x" }), ["UpdateRole", role]),
  row(new iam.UpdateRoleDescriptionCommand({ RoleName, Description: "y" }), ["UpdateRoleDescription", role]),
  row(new iam.UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: AssumeRolePolicyDocument }), [
    "UpdateAssumeRolePolicy",
    role,
  ]),
  row(new iam.GetRoleCommand({ RoleName }), ["GetRole", role]),

  row(
    new iam.CreateInstanceProfileCommand({ InstanceProfileName: "new", Tags }),
    ["CreateInstanceProfile", arn("instance-profile/new")],
    ["TagInstanceProfile", arn("instance-profile/new")],
  ),
  row(new iam.GetInstanceProfileCommand({ InstanceProfileName }), ["GetInstanceProfile", profile]),
  row(new iam.ListInstanceProfilesCommand({}), ["ListInstanceProfiles", arn("instance-profile/")]),
  row(
    new iam.AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName }),
    ["AddRoleToInstanceProfile", profile],
    ["PassRole", role],
  ),
  row(new iam.ListInstanceProfilesForRoleCommand({ RoleName }), ["ListInstanceProfilesForRole", role]),
  row(new iam.RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName }), [
    "RemoveRoleFromInstanceProfile",
    profile,
  ]),
  row(new iam.TagInstanceProfileCommand({ InstanceProfileName, Tags }), ["TagInstanceProfile", profile]),
  row(new iam.ListInstanceProfileTagsCommand({ InstanceProfileName }), ["ListInstanceProfileTags", profile]),
  row(new iam.UntagInstanceProfileCommand({ InstanceProfileName, TagKeys: ["team"] }), [
    "UntagInstanceProfile",
    profile,
  ]),
  row(new iam.DeleteInstanceProfileCommand({ InstanceProfileName }), ["DeleteInstanceProfile", profile]),

  row(new iam.SimulatePrincipalPolicyCommand({ PolicySourceArn: user, ActionNames: ["s3:GetObject"] }), [
    "SimulatePrincipalPolicy",
    user,
  ]),
  row(new iam.GetContextKeysForPrincipalPolicyCommand({ PolicySourceArn: role }), [
    "GetContextKeysForPrincipalPolicy",
    role,
  ]),
];

/** These are about no single resource: a permission for any one ARN is not enough. */
const aboutEverything: readonly (readonly [command: object, action: string])[] = [
  [new iam.CreateAccountAliasCommand({ AccountAlias: "alias" }), "CreateAccountAlias"],
  [new iam.ListAccountAliasesCommand({}), "ListAccountAliases"],
  [new iam.DeleteAccountAliasCommand({ AccountAlias: "alias" }), "DeleteAccountAlias"],
  [new iam.GetAccountSummaryCommand({}), "GetAccountSummary"],
  [new iam.GetAccountAuthorizationDetailsCommand({}), "GetAccountAuthorizationDetails"],
  [new iam.GenerateCredentialReportCommand({}), "GenerateCredentialReport"],
  [new iam.GetCredentialReportCommand({}), "GetCredentialReport"],
  [
    new iam.SimulateCustomPolicyCommand({ PolicyInputList: [PolicyDocument], ActionNames: ["s3:GetObject"] }),
    "SimulateCustomPolicy",
  ],
  [
    new iam.GetContextKeysForCustomPolicyCommand({ PolicyInputList: [PolicyDocument] }),
    "GetContextKeysForCustomPolicy",
  ],
];

type Server = Awaited<ReturnType<typeof openAccountServer>>;

async function settle(server: Server): Promise<void> {
  const client = server.iam(server.administrator);
  const Path = "/team/";
  await client.send(new iam.CreateUserCommand({ UserName, Path }));
  await client.send(new iam.CreateGroupCommand({ GroupName, Path }));
  await client.send(new iam.CreateRoleCommand({ RoleName, Path, AssumeRolePolicyDocument }));
  await client.send(new iam.CreateInstanceProfileCommand({ InstanceProfileName, Path }));
  await client.send(new iam.CreatePolicyCommand({ PolicyName: "p", Path, PolicyDocument }));
}

async function send(server: Server, keys: Keys, command: object): Promise<void> {
  await server.iam(keys).send(command as iam.GetUserCommand);
}

const allow = (needs: Row["needs"]) =>
  needs.map(([action, Resource]) => ({ Effect: "Allow", Action: `iam:${action}`, Resource }));

describe("an operation", () => {
  it("is done by whoever has its permission on its resource, and by nobody who has it on another", async () => {
    await using server = await openAccountServer();
    await settle(server);
    for (const [at, { command, needs }] of rows.entries()) {
      for (const [missing, [action, resource]] of needs.entries()) {
        const others = needs.map(([one, of], place) => [one, place === missing ? `${of}x` : of] as const);
        const keys = server.user(`without-${at}-${missing}`, ...allow(others));
        await assert.rejects(send(server, keys, command), (error: Error) => {
          assert.equal(error.name, "AccessDenied", `${action}: ${error.message}`);
          assert.ok(error.message.includes(`iam:${action} on resource: ${resource} `), error.message);
          return true;
        });
      }
      await send(server, server.user(`with-${at}`, ...allow(needs)), command);
    }
  });

  it("that is about the whole account takes a permission for everything", async () => {
    await using server = await openAccountServer();
    await settle(server);
    for (const [at, [command, action]] of aboutEverything.entries()) {
      const narrow = server.user(`narrow-${at}`, ...allow([[action, user]]));
      await assert.rejects(send(server, narrow, command), {
        name: "AccessDenied",
        message: new RegExp(`iam:${action} on resource: \\*`),
      });
      await send(server, server.user(`wide-${at}`, ...allow([[action, "*"]])), command);
    }
  });

  it("tells conditions what is attached, which tags are asked for and which are there", async () => {
    await using server = await openAccountServer();
    await settle(server);
    const may = (name: string, Action: string, Condition: object) =>
      server.user(name, { Effect: "Allow", Action: `iam:${Action}`, Resource: "*", Condition });
    const attach = new iam.AttachGroupPolicyCommand({ GroupName, PolicyArn });
    const others = { ArnNotEquals: { "iam:PolicyARN": policy } };
    const denied = { name: "AccessDenied" };
    await assert.rejects(send(server, may("a", "AttachGroupPolicy", others), attach), denied);
    await send(server, may("b", "AttachGroupPolicy", { ArnEquals: { "iam:PolicyARN": policy } }), attach);
    const detach = new iam.DetachGroupPolicyCommand({ GroupName, PolicyArn });
    await assert.rejects(send(server, may("c", "DetachGroupPolicy", others), detach), denied);

    const tagging = {
      StringEquals: { "aws:RequestTag/team": "risk" },
      "ForAllValues:StringEquals": { "aws:TagKeys": "team" },
    };
    const tagger = may("d", "Tag*", tagging);
    const wrong = [{ Key: "team", Value: "ops" }];
    const more = [...Tags, { Key: "cost", Value: "1" }];
    for (const wanted of [wrong, more]) {
      await assert.rejects(send(server, tagger, new iam.TagPolicyCommand({ PolicyArn, Tags: wanted })), denied);
      const tag = new iam.TagInstanceProfileCommand({ InstanceProfileName, Tags: wanted });
      await assert.rejects(send(server, tagger, tag), denied);
    }
    await send(server, tagger, new iam.TagPolicyCommand({ PolicyArn, Tags }));
    await send(server, tagger, new iam.TagInstanceProfileCommand({ InstanceProfileName, Tags }));
    const untagger = may("e", "Untag*", { "ForAllValues:StringEquals": { "aws:TagKeys": "cost" } });
    await assert.rejects(send(server, untagger, new iam.UntagPolicyCommand({ PolicyArn, TagKeys: ["team"] })), denied);
    const untag = new iam.UntagInstanceProfileCommand({ InstanceProfileName, TagKeys: ["team"] });
    await assert.rejects(send(server, untagger, untag), denied);
    const ofTeam = may("f", "Get*", { StringEquals: { "iam:ResourceTag/team": "risk" } });
    await send(server, ofTeam, new iam.GetPolicyCommand({ PolicyArn }));
    await send(server, ofTeam, new iam.GetInstanceProfileCommand({ InstanceProfileName }));
    await assert.rejects(send(server, ofTeam, new iam.GetRoleCommand({ RoleName })), denied);
  });
});
