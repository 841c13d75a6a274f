import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import { CreateTagsCommand, DeleteTagsCommand, DescribeVpcsCommand } from "@aws-sdk/client-ec2";
import * as iam from "@aws-sdk/client-iam";
import { DecryptCommand, EncryptCommand, GetKeyPolicyCommand, PutKeyPolicyCommand } from "@aws-sdk/client-kms";
import {
  AttachPolicyCommand,
  DetachPolicyCommand,
  DisablePolicyTypeCommand,
  ListPoliciesCommand,
  ListRootsCommand,
  UpdatePolicyCommand,
} from "@aws-sdk/client-organizations";
import { GetObjectCommand, PutBucketPolicyCommand, PutBucketTaggingCommand } from "@aws-sdk/client-s3";
import { CreateModelCommand, CreateProcessingJobCommand, CreateTrainingJobCommand } from "@aws-sdk/client-sagemaker";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { hostLacks, newRole, newUser, type Clients } from "@strongroom/testkit";
import type { Project } from "../../packages/cli/src/project/project.ts";
import { startProjectHouse, type ProjectHouse } from "../project-house.ts";
import { modelOf, processingOf, trainingOf } from "../project-jobs.ts";

const denials = /^(AccessDenied(Exception)?|UnauthorizedOperation)$/;
const everything = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
});
const trusting = (principal: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { AWS: principal }, Action: "sts:AssumeRole" }],
  });
const PolicyName = "more";

type Attempt = readonly [what: string, attempt: () => Promise<unknown>];

/**
 * The known ways in which somebody with some rights of IAM comes by more of them, tried by those
 * who have a role in a project, its administrator above all: https://github.com/RhinoSecurityLabs/AWS-IAM-Privilege-Escalation and
 * https://pathfinding.cloud, as far as their operations are served.
 */
describe("the people of a project", { skip: await hostLacks() }, () => {
  let place: ProjectHouse;
  let project: Project;
  let other: Project;
  let alice: Clients;
  /** Alice as the project's administrator. */
  let session: Clients;
  let others: Clients[];
  let aliceArn: string;
  let powerfulRole: string;
  let powerfulPolicy: string;
  let detailsBefore: string;
  before(async () => {
    place = await startProjectHouse();
    project = await place.create("alpha");
    other = await place.create("omega");
    const { clients } = place.house;
    alice = await place.person("alice", project.roleArns.administrator);
    session = await place.session(project.roleArns.administrator, alice);
    others = [
      await place.session(project.roleArns.dataScienceAdministrator),
      await place.session(project.roleArns.dataScientist),
    ];
    aliceArn = `arn:aws:iam::${place.house.place.accountId}:user/alice`;
    powerfulRole = (await newRole(clients, "powerful", [{ Effect: "Allow", Action: "*", Resource: "*" }])).arn;
    await newUser(clients, "victim", [{ Effect: "Allow", Action: "*", Resource: "*" }]);
    await clients.iam.send(new iam.CreateGroupCommand({ GroupName: "powers" }));
    const made = await clients.iam.send(
      new iam.CreatePolicyCommand({ PolicyName: "powers", PolicyDocument: everything }),
    );
    powerfulPolicy = made.Policy?.Arn ?? "";
    detailsBefore = await accountDetails();
  });
  after(() => place[Symbol.asyncDispose]());

  /** Everything that IAM knows but for when it was used. */
  async function accountDetails(): Promise<string> {
    const details = await place.house.clients.iam.send(new iam.GetAccountAuthorizationDetailsCommand({}));
    return JSON.stringify(
      [details.UserDetailList, details.GroupDetailList, details.RoleDetailList, details.Policies],
      (key, value: unknown) => (key === "RoleLastUsed" ? undefined : value),
    );
  }

  async function allDenied(attempts: readonly Attempt[]): Promise<void> {
    const through: string[] = [];
    for (const [what, attempt] of attempts) {
      const outcome = await attempt().then(
        () => "done",
        (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : String(error)),
      );
      if (!denials.test(outcome.split(":")[0] ?? "")) through.push(`${what} → ${outcome}`);
    }
    assert.deepEqual(through, []);
  }

  /** The project's administrator, who may do something in IAM, and the two others, who may not. */
  const everybody = (): Clients[] => [session, ...others];
  const own = (): string => project.names.administratorRole;

  test("get nothing by changing what policies say", async () => {
    for (const { iam: to } of everybody()) {
      const PolicyDocument = everything;
      const boundary = `arn:aws:iam::${place.house.place.accountId}:policy/${project.names.executionBoundary}`;
      const ownBoundary = `arn:aws:iam::${place.house.place.accountId}:policy/${project.names.administratorBoundary}`;
      const version = (PolicyArn: string) =>
        to.send(new iam.CreatePolicyVersionCommand({ PolicyArn, PolicyDocument, SetAsDefault: true }));
      await allDenied([
        ["a new version of the jobs' boundary", () => version(boundary)],
        ["a new version of the own boundary", () => version(ownBoundary)],
        ["a new version of a powerful policy", () => version(powerfulPolicy)],
        [
          "another default version",
          () => to.send(new iam.SetDefaultPolicyVersionCommand({ PolicyArn: boundary, VersionId: "v1" })),
        ],
        ["deleting the boundary", () => to.send(new iam.DeletePolicyCommand({ PolicyArn: ownBoundary }))],
        ["a policy of one's own", () => to.send(new iam.CreatePolicyCommand({ PolicyName, PolicyDocument }))],
        [
          "an inline policy on the own role",
          () => to.send(new iam.PutRolePolicyCommand({ RoleName: own(), PolicyName, PolicyDocument })),
        ],
        [
          "a managed policy on the own role",
          () => to.send(new iam.AttachRolePolicyCommand({ RoleName: own(), PolicyArn: powerfulPolicy })),
        ],
        [
          "an inline policy on oneself",
          () => to.send(new iam.PutUserPolicyCommand({ UserName: "alice", PolicyName, PolicyDocument })),
        ],
        [
          "a managed policy on oneself",
          () => to.send(new iam.AttachUserPolicyCommand({ UserName: "alice", PolicyArn: powerfulPolicy })),
        ],
        [
          "an inline policy on a group",
          () => to.send(new iam.PutGroupPolicyCommand({ GroupName: "powers", PolicyName, PolicyDocument })),
        ],
        [
          "a managed policy on a group",
          () => to.send(new iam.AttachGroupPolicyCommand({ GroupName: "powers", PolicyArn: powerfulPolicy })),
        ],
        ["joining a group", () => to.send(new iam.AddUserToGroupCommand({ GroupName: "powers", UserName: "alice" }))],
        [
          "the data scientist's policy",
          () =>
            to.send(
              new iam.PutRolePolicyCommand({ RoleName: project.names.dataScientistRole, PolicyName, PolicyDocument }),
            ),
        ],
        [
          "a role of another project",
          () =>
            to.send(new iam.PutRolePolicyCommand({ RoleName: other.names.executionRole, PolicyName, PolicyDocument })),
        ],
      ]);
    }
  });

  test("get nothing by lifting boundaries or making what has none", async () => {
    for (const { iam: to } of everybody()) {
      const RoleName = own();
      const trust = { AssumeRolePolicyDocument: trusting(aliceArn) };
      const Path = "/alpha/";
      await allDenied([
        ["the own boundary", () => to.send(new iam.DeleteRolePermissionsBoundaryCommand({ RoleName }))],
        [
          "another boundary",
          () => to.send(new iam.PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: powerfulPolicy })),
        ],
        ["a role without a boundary", () => to.send(new iam.CreateRoleCommand({ RoleName: "free", Path, ...trust }))],
        [
          "a role with a boundary that bounds nothing",
          () =>
            to.send(
              new iam.CreateRoleCommand({ RoleName: "free", Path, PermissionsBoundary: powerfulPolicy, ...trust }),
            ),
        ],
        [
          "a role elsewhere",
          () =>
            to.send(
              new iam.CreateRoleCommand({
                RoleName: "free",
                PermissionsBoundary: `arn:aws:iam::${place.house.place.accountId}:policy/alpha-boundary`,
                ...trust,
              }),
            ),
        ],
        ["a user", () => to.send(new iam.CreateUserCommand({ UserName: "mallory" }))],
        ["another's access key", () => to.send(new iam.CreateAccessKeyCommand({ UserName: "victim" }))],
        [
          "another's old access key",
          () =>
            to.send(
              new iam.UpdateAccessKeyCommand({
                UserName: "victim",
                AccessKeyId: "AKIAIOSFODNN7EXAMPLE",
                Status: "Active",
              }),
            ),
        ],
        [
          "another's password",
          () => to.send(new iam.CreateLoginProfileCommand({ UserName: "victim", Password: "Aa1!Aa1!Aa1!Aa1!" })),
        ],
        [
          "another's new password",
          () => to.send(new iam.UpdateLoginProfileCommand({ UserName: "victim", Password: "Aa1!Aa1!Aa1!Aa1!" })),
        ],
        [
          "another's second factor",
          () =>
            to.send(
              new iam.DeactivateMFADeviceCommand({
                UserName: "victim",
                SerialNumber: `arn:aws:iam::${place.house.place.accountId}:mfa/victim`,
              }),
            ),
        ],
        [
          "an instance profile",
          () => to.send(new iam.AddRoleToInstanceProfileCommand({ InstanceProfileName: "any", RoleName: "powerful" })),
        ],
      ]);
    }
  });

  test("get nothing by taking on, passing or opening roles", async () => {
    const assume = (RoleArn: string) => session.sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "more" }));
    const roles = [...Object.values(project.roleArns), ...Object.values(other.roleArns), powerfulRole];
    const open = (RoleName: string) =>
      session.iam.send(new iam.UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: trusting(aliceArn) }));
    const tag = (RoleName: string) =>
      session.iam.send(new iam.TagRoleCommand({ RoleName, Tags: [{ Key: "strongroom:project", Value: "omega" }] }));
    await allDenied([
      ...roles.map((arn): Attempt => [`taking on ${arn}`, () => assume(arn)]),
      ...roles.map((arn): Attempt => [`opening ${arn}`, () => open(arn.slice(arn.lastIndexOf("/") + 1))]),
      ["the tags of the own role", () => tag(own())],
      ...[powerfulRole, project.roleArns.execution].flatMap((RoleArn): Attempt[] => [
        [
          `a training job as ${RoleArn}`,
          () => session.sagemaker.send(new CreateTrainingJobCommand(trainingOf(project, "alpha-more", RoleArn))),
        ],
        [
          `a processing job as ${RoleArn}`,
          () => session.sagemaker.send(new CreateProcessingJobCommand(processingOf(project, "alpha-more", RoleArn))),
        ],
        [
          `a model as ${RoleArn}`,
          () => session.sagemaker.send(new CreateModelCommand(modelOf(project, "alpha-more", RoleArn))),
        ],
      ]),
    ]);
  });

  test("get nothing through the organisation, or by making a network or key somebody else's", async () => {
    const { clients } = place.house;
    const Type = "SERVICE_CONTROL_POLICY" as const;
    const { Roots } = await clients.organizations.send(new ListRootsCommand({}));
    const { Policies } = await clients.organizations.send(new ListPoliciesCommand({ Filter: Type }));
    const PolicyId = Policies?.find(({ Name }) => Name === "strongroom-guardrails")?.Id ?? "";
    const TargetId = Roots?.[0]?.Id ?? "";
    const vpcs = await clients.ec2.send(new DescribeVpcsCommand({ VpcIds: [other.network.vpcId] }));
    assert.equal(vpcs.Vpcs?.length, 1);
    const Tags = [{ Key: "strongroom:project", Value: "alpha" }];
    for (const { organizations: to, ec2, s3 } of everybody()) {
      await allDenied([
        ["detaching the guardrails", () => to.send(new DetachPolicyCommand({ PolicyId, TargetId }))],
        ["emptying the guardrails", () => to.send(new UpdatePolicyCommand({ PolicyId, Content: everything }))],
        ["disabling guardrails", () => to.send(new DisablePolicyTypeCommand({ RootId: TargetId, PolicyType: Type }))],
        [
          "another guardrail",
          () => to.send(new AttachPolicyCommand({ PolicyId, TargetId: place.house.place.accountId })),
        ],
        [
          "tagging another's network as one's own",
          () => ec2.send(new CreateTagsCommand({ Resources: [other.network.vpcId], Tags })),
        ],
        [
          "taking the tag off the own network",
          () => ec2.send(new DeleteTagsCommand({ Resources: [project.network.vpcId], Tags })),
        ],
        [
          "taking every tag off the own network",
          () => ec2.send(new DeleteTagsCommand({ Resources: [project.network.vpcId] })),
        ],
        [
          "untagging the own bucket",
          () => s3.send(new PutBucketTaggingCommand({ Bucket: project.names.intakeBucket, Tagging: { TagSet: [] } })),
        ],
      ]);
    }
  });

  test("read no data through policies of buckets and keys that the administrator may write", async () => {
    const object = { Bucket: project.names.intakeBucket, Key: "there" };
    const opened = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { AWS: [aliceArn, project.roleArns.administrator] },
          Action: "s3:*",
          Resource: [`arn:aws:s3:::${object.Bucket}`, `arn:aws:s3:::${object.Bucket}/*`],
        },
      ],
    });
    await session.s3.send(new PutBucketPolicyCommand({ Bucket: object.Bucket, Policy: opened }));
    const KeyId = project.keyArn;
    const { CiphertextBlob } = await sealedInside(KeyId);
    const { Policy = "" } = await session.kms.send(new GetKeyPolicyCommand({ KeyId, PolicyName: "default" }));
    const { Statement } = JSON.parse(Policy) as { Statement: object[] };
    const keyOpened = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        ...Statement.filter((one) => (one as { Effect?: string }).Effect === "Allow"),
        {
          Effect: "Allow",
          Principal: { AWS: [aliceArn, project.roleArns.administrator] },
          Action: "kms:*",
          Resource: "*",
        },
      ],
    });
    await session.kms.send(new PutKeyPolicyCommand({ KeyId, PolicyName: "default", Policy: keyOpened }));
    await allDenied([
      ["the object, as the role", () => session.s3.send(new GetObjectCommand(object))],
      ["the object, as the person", () => alice.s3.send(new GetObjectCommand(object))],
      ["the key, as the role", () => session.kms.send(new DecryptCommand({ KeyId, CiphertextBlob }))],
      ["the key, as the person", () => alice.kms.send(new DecryptCommand({ KeyId, CiphertextBlob }))],
    ]);
  });

  /** With the policies as they are by now the administrator may encrypt from outside. */
  async function sealedInside(KeyId: string): Promise<{ CiphertextBlob: Uint8Array }> {
    const { Policy = "" } = await session.kms.send(new GetKeyPolicyCommand({ KeyId, PolicyName: "default" }));
    const { Statement } = JSON.parse(Policy) as { Statement: object[] };
    const open = {
      Version: "2012-10-17",
      Statement: Statement.filter((one) => (one as { Effect?: string }).Effect === "Allow"),
    };
    await place.house.clients.kms.send(
      new PutKeyPolicyCommand({ KeyId, PolicyName: "default", Policy: JSON.stringify(open) }),
    );
    const { CiphertextBlob } = await place.house.clients.kms.send(
      new EncryptCommand({ KeyId, Plaintext: Buffer.from("a secret") }),
    );
    await place.house.clients.kms.send(new PutKeyPolicyCommand({ KeyId, PolicyName: "default", Policy }));
    return { CiphertextBlob: CiphertextBlob ?? new Uint8Array() };
  }

  test("changed nothing in IAM by all of this", async () => {
    assert.equal(await accountDetails(), detailsBefore);
  });

  test("make roles within the boundary, which are worth nothing outside of the project's network", async () => {
    const RoleName = "helper";
    const PermissionsBoundary = `arn:aws:iam::${place.house.place.accountId}:policy/${project.names.executionBoundary}`;
    const made = await session.iam.send(
      new iam.CreateRoleCommand({
        RoleName,
        Path: "/alpha/",
        PermissionsBoundary,
        AssumeRolePolicyDocument: trusting(aliceArn),
      }),
    );
    await session.iam.send(new iam.PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: everything }));
    const PolicyArn = "arn:aws:iam::aws:policy/AdministratorAccess";
    await session.iam.send(new iam.AttachRolePolicyCommand({ RoleName, PolicyArn }));
    const helper = await place.session(made.Role?.Arn ?? "", alice);
    const object = { Bucket: project.names.intakeBucket, Key: "there" };
    await allDenied([
      ["its boundary", () => session.iam.send(new iam.DeleteRolePermissionsBoundaryCommand({ RoleName }))],
      ["an object", () => helper.s3.send(new GetObjectCommand(object))],
      [
        "another role",
        () => helper.sts.send(new AssumeRoleCommand({ RoleArn: powerfulRole, RoleSessionName: "more" })),
      ],
      ["a user", () => helper.iam.send(new iam.CreateUserCommand({ UserName: "mallory" }))],
      [
        "a job",
        () => helper.sagemaker.send(new CreateProcessingJobCommand(processingOf(project, "alpha-more", powerfulRole))),
      ],
      ["guardrails", () => helper.organizations.send(new ListRootsCommand({}))],
    ]);
  });
});
