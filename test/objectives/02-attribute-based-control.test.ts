import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import { DescribeLogStreamsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateRepositoryCommand,
  GetRepositoryCommand,
  ListRepositoriesCommand,
  TagResourceCommand as TagRepositoryCommand,
  UntagResourceCommand as UntagRepositoryCommand,
} from "@aws-sdk/client-codecommit";
import { CreateTagsCommand, DeleteTagsCommand, DescribeTagsCommand, DescribeVpcsCommand } from "@aws-sdk/client-ec2";
import { AttachRolePolicyCommand, CreatePolicyCommand, CreateRoleCommand, type Tag } from "@aws-sdk/client-iam";
import {
  CreateKeyCommand,
  DecryptCommand,
  EncryptCommand,
  TagResourceCommand as TagKeyCommand,
  UntagResourceCommand as UntagKeyCommand,
} from "@aws-sdk/client-kms";
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutBucketTaggingCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import {
  AddTagsCommand,
  CreateExperimentCommand,
  CreateTrainingJobCommand,
  CreateTrialCommand,
  DeleteExperimentCommand,
  DeleteTagsCommand as DeleteSageMakerTagsCommand,
  DescribeExperimentCommand,
  DescribeTrainingJobCommand,
  ListExperimentsCommand,
  ListTrainingJobsCommand,
  ListTrialComponentsCommand,
  ListTrialsCommand,
  paginateListExperiments,
  SearchCommand,
  StopTrainingJobCommand,
} from "@aws-sdk/client-sagemaker";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { hostLacks, startHouse, type Clients, type TestHouse } from "@strongroom/testkit";
import { furnish, trained, trainingRequest, type Room } from "../sagemaker/room.ts";

const team = "${aws:PrincipalTag/team}";
const own = { "aws:ResourceTag/team": team };
const asked = { "aws:RequestTag/team": team };

/** The one policy of all teams. */
const teamPolicy = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "MakeWithTheTeamsTag",
      Effect: "Allow",
      Action: [
        "sagemaker:CreateTrainingJob",
        "sagemaker:CreateExperiment",
        "sagemaker:CreateTrial",
        "kms:CreateKey",
        "codecommit:CreateRepository",
      ],
      Resource: "*",
      Condition: { StringEquals: asked },
    },
    {
      Sid: "TagWithinTheTeam",
      Effect: "Allow",
      Action: ["sagemaker:AddTags", "kms:TagResource", "codecommit:TagResource", "ec2:CreateTags"],
      Resource: "*",
      Condition: { StringEqualsIfExists: { ...asked, ...own } },
    },
    {
      Sid: "UseWhatIsTheTeams",
      Effect: "Allow",
      Action: [
        "sagemaker:Describe*",
        "sagemaker:Stop*",
        "sagemaker:DeleteExperiment",
        "sagemaker:DeleteTags",
        "sagemaker:ListTags",
        "kms:Encrypt",
        "kms:Decrypt",
        "kms:UntagResource",
        "codecommit:Get*",
        "codecommit:UntagResource",
        "ec2:DeleteTags",
        "s3:ListBucket",
      ],
      Resource: "*",
      Condition: { StringEquals: own },
    },
    {
      Sid: "UseTheTeamsBuckets",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:PutObject"],
      Resource: "*",
      Condition: { StringEquals: { "s3:BucketTag/team": team } },
    },
    {
      Sid: "ListWhatIsTheTeams",
      Effect: "Allow",
      Action: [
        "sagemaker:List*",
        "sagemaker:Search",
        "s3:ListAllMyBuckets",
        "codecommit:ListRepositories",
        "ec2:Describe*",
      ],
      Resource: "*",
      Condition: { StringEqualsIfExists: own },
    },
    {
      Sid: "TheTeamsTagStays",
      Effect: "Deny",
      Action: ["sagemaker:DeleteTags", "kms:UntagResource", "codecommit:UntagResource", "ec2:DeleteTags"],
      Resource: "*",
      Condition: { "ForAnyValue:StringEquals": { "aws:TagKeys": "team" } },
    },
    { Sid: "Pass", Effect: "Allow", Action: "iam:PassRole", Resource: "*" },
  ],
});

describe("two teams with one policy", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  let room: Room;
  let policyArn: string;
  let red: Clients;
  let blue: Clients;
  before(async () => {
    house = await startHouse();
    room = await furnish(house.clients);
    const { iam, s3, ec2 } = house.clients;
    const made = await iam.send(new CreatePolicyCommand({ PolicyName: "team", PolicyDocument: teamPolicy }));
    policyArn = made.Policy?.Arn ?? "";
    red = await memberOf("red", [{ Key: "team", Value: "red" }]);
    blue = await memberOf("blue", [{ Key: "team", Value: "blue" }]);
    for (const name of ["red", "blue"]) {
      const TagSet = [{ Key: "team", Value: name }];
      await s3.send(new CreateBucketCommand({ Bucket: `team-${name}` }));
      await s3.send(new PutBucketTaggingCommand({ Bucket: `team-${name}`, Tagging: { TagSet } }));
      await s3.send(new PutObjectCommand({ Bucket: `team-${name}`, Key: "there", Body: name }));
    }
    const subnet = room.network.Subnets[0] ?? "";
    await ec2.send(new CreateTagsCommand({ Resources: [subnet], Tags: [{ Key: "team", Value: "blue" }] }));
  });
  after(() => house[Symbol.asyncDispose]());

  async function memberOf(RoleName: string, Tags: Tag[], session: Tag[] = []): Promise<Clients> {
    const { iam, sts } = house.clients;
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { AWS: house.place.accountId },
          Action: ["sts:AssumeRole", "sts:TagSession"],
        },
      ],
    });
    const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument, Tags }));
    await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: policyArn }));
    const assumed = await sts.send(
      new AssumeRoleCommand({
        RoleArn: Role?.Arn ?? "",
        RoleSessionName: "member",
        ...(session.length === 0 ? {} : { Tags: session }),
      }),
    );
    return house.clientsFor({
      accessKeyId: assumed.Credentials?.AccessKeyId ?? "",
      secretAccessKey: assumed.Credentials?.SecretAccessKey ?? "",
      sessionToken: assumed.Credentials?.SessionToken ?? "",
    });
  }

  const tagged = (value: string) => [{ Key: "team", Value: value }];
  const begin = (by: Clients, ExperimentName: string, value?: string) =>
    by.sagemaker.send(
      new CreateExperimentCommand({ ExperimentName, ...(value === undefined ? {} : { Tags: tagged(value) }) }),
    );
  const arnOf = (rest: string) => `arn:aws:sagemaker:us-east-1:${house.place.accountId}:${rest}`;

  test("make nothing without their tag, nor with the other's", async () => {
    await begin(red, "red-one", "red");
    await begin(blue, "blue-one", "blue");
    await denied(begin(red, "bare"), "sagemaker:CreateExperiment");
    await denied(begin(red, "foreign", "blue"), "sagemaker:CreateExperiment");
    const job = trainingRequest(room, "red-bare");
    await denied(red.sagemaker.send(new CreateTrainingJobCommand(job)), "sagemaker:CreateTrainingJob");
    await denied(red.kms.send(new CreateKeyCommand({})), "kms:CreateKey");
    const repository = { repositoryName: "red-bare" };
    await denied(red.codecommit.send(new CreateRepositoryCommand(repository)), "codecommit:CreateRepository");
  });

  test("tagging at creation is an action of its own", async () => {
    const { iam } = house.clients;
    const PolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: ["*:Create*"], Resource: "*" }],
    }).replace(
      '["*:Create*"]',
      '["sagemaker:Create*","kms:CreateKey","codecommit:CreateRepository","logs:CreateLogGroup"]',
    );
    const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: "untagged", PolicyDocument }));
    const teamArn = policyArn;
    policyArn = Policy?.Arn ?? "";
    const maker = await memberOf("maker", []);
    policyArn = teamArn;
    await begin(maker, "maker-bare");
    await denied(begin(maker, "maker-tagged", "red"), "sagemaker:AddTags");
    await denied(
      maker.kms.send(new CreateKeyCommand({ Tags: [{ TagKey: "team", TagValue: "red" }] })),
      "kms:TagResource",
    );
    const repository = { repositoryName: "maker", tags: { team: "red" } };
    await denied(maker.codecommit.send(new CreateRepositoryCommand(repository)), "codecommit:TagResource");
  });

  test("see, stop and delete their own in SageMaker, and lists do not name the other's", async () => {
    const request = trainingRequest(room, "red-train");
    const experiment = { ExperimentName: "red-one", TrialName: "red-trial" };
    await red.sagemaker.send(new CreateTrialCommand({ ...experiment, Tags: tagged("red") }));
    await red.sagemaker.send(
      new CreateTrainingJobCommand({ ...request, ExperimentConfig: experiment, Tags: tagged("red") }),
    );
    await trained(red, "red-train");
    const TrainingJobName = "red-train";
    await denied(blue.sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName })), "DescribeTrainingJob");
    await denied(blue.sagemaker.send(new StopTrainingJobCommand({ TrainingJobName })), "StopTrainingJob");
    const ExperimentName = "red-one";
    await red.sagemaker.send(new DescribeExperimentCommand({ ExperimentName }));
    await denied(blue.sagemaker.send(new DescribeExperimentCommand({ ExperimentName })), "DescribeExperiment");
    await denied(blue.sagemaker.send(new DeleteExperimentCommand({ ExperimentName })), "DeleteExperiment");
    const seen = async (by: Clients) => {
      const jobs = await by.sagemaker.send(new ListTrainingJobsCommand({}));
      const experiments = await by.sagemaker.send(new ListExperimentsCommand({}));
      const trials = await by.sagemaker.send(new ListTrialsCommand({}));
      const components = await by.sagemaker.send(new ListTrialComponentsCommand({}));
      const found = await by.sagemaker.send(new SearchCommand({ Resource: "ExperimentTrialComponent" }));
      return [
        ...(jobs.TrainingJobSummaries ?? []).map((job) => job.TrainingJobName),
        ...(experiments.ExperimentSummaries ?? []).map((one) => one.ExperimentName),
        ...(trials.TrialSummaries ?? []).map((trial) => trial.TrialName),
        ...(components.TrialComponentSummaries ?? []).map((component) => component.TrialComponentName),
        ...(found.Results ?? []).map(({ TrialComponent }) => `found ${TrialComponent?.TrialComponentName ?? ""}`),
      ].filter((name) => name !== "maker-bare");
    };
    const component = "red-train-aws-training-job";
    assert.deepEqual(await seen(red), ["red-train", "red-one", "red-trial", component, `found ${component}`]);
    assert.deepEqual(await seen(blue), ["blue-one"]);
  });

  test("page through their own as through any list", async () => {
    for (const n of [1, 2, 3]) {
      await begin(red, `red-page-${n}`, "red");
      await begin(blue, `blue-page-${n}`, "blue");
    }
    const sizes: number[] = [];
    const names: (string | undefined)[] = [];
    for await (const page of paginateListExperiments({ client: blue.sagemaker, pageSize: 2 }, { SortBy: "Name" })) {
      sizes.push(page.ExperimentSummaries?.length ?? 0);
      names.push(...(page.ExperimentSummaries ?? []).map(({ ExperimentName }) => ExperimentName));
    }
    const blues = names.filter((name) => name !== "maker-bare");
    assert.deepEqual(blues.sort(), ["blue-one", "blue-page-1", "blue-page-2", "blue-page-3"]);
    assert.ok(
      sizes.slice(0, -1).every((size) => size === 2),
      `full pages but the last: ${sizes.join()}`,
    );
  });

  test("use their own buckets, keys and repositories", async () => {
    const place = { Bucket: "team-red", Key: "there" };
    await red.s3.send(new GetObjectCommand(place));
    await red.s3.send(new PutObjectCommand({ ...place, Key: "mine", Body: "x" }));
    await red.s3.send(new ListObjectsV2Command({ Bucket: "team-red" }));
    await denied(blue.s3.send(new GetObjectCommand(place)), "s3:GetObject");
    await denied(blue.s3.send(new PutObjectCommand({ ...place, Body: "x" })), "s3:PutObject");
    await denied(blue.s3.send(new ListObjectsV2Command({ Bucket: "team-red" })), "s3:ListBucket");
    const { Buckets } = await blue.s3.send(new ListBucketsCommand({ Prefix: "team-" }));
    assert.deepEqual(
      Buckets?.map(({ Name }) => Name),
      ["team-blue"],
    );

    const { KeyMetadata } = await red.kms.send(new CreateKeyCommand({ Tags: [{ TagKey: "team", TagValue: "red" }] }));
    const KeyId = KeyMetadata?.KeyId ?? "";
    const { CiphertextBlob } = await red.kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from("x") }));
    await red.kms.send(new DecryptCommand({ CiphertextBlob }));
    await denied(blue.kms.send(new DecryptCommand({ CiphertextBlob })), "kms:Decrypt");

    const repository = { repositoryName: "red-code", tags: { team: "red" } };
    await red.codecommit.send(new CreateRepositoryCommand(repository));
    await red.codecommit.send(new GetRepositoryCommand({ repositoryName: "red-code" }));
    await denied(blue.codecommit.send(new GetRepositoryCommand({ repositoryName: "red-code" })), "GetRepository");
    const { repositories } = await blue.codecommit.send(new ListRepositoriesCommand({}));
    assert.deepEqual(repositories, []);
  });

  test("see of the networks what is theirs or nobody's", async () => {
    const tags = await blue.ec2.send(new DescribeTagsCommand({}));
    assert.deepEqual(
      tags.Tags?.map(({ Key, Value, ResourceType }) => [Key, Value, ResourceType]),
      [["team", "blue", "subnet"]],
    );
    assert.deepEqual((await red.ec2.send(new DescribeTagsCommand({}))).Tags, []);
    const { Vpcs } = await red.ec2.send(new DescribeVpcsCommand({}));
    assert.equal(Vpcs?.length, 2, "nobody's network is everybody's");
  });

  test("cannot tag a thing out of a team, into one, or bare", async () => {
    const ResourceArn = arnOf("experiment/red-one");
    const foreign = arnOf("experiment/blue-one");
    const add = (arn: string, Value: string, Key = "team") =>
      red.sagemaker.send(new AddTagsCommand({ ResourceArn: arn, Tags: [{ Key, Value }] }));
    await add(ResourceArn, "5", "cost-centre");
    await denied(add(ResourceArn, "blue"), "sagemaker:AddTags");
    await denied(add(ResourceArn, "blue", "Team"), "sagemaker:AddTags");
    await denied(add(foreign, "red"), "sagemaker:AddTags");
    const remove = (arn: string, key: string) =>
      red.sagemaker.send(new DeleteSageMakerTagsCommand({ ResourceArn: arn, TagKeys: [key] }));
    await remove(ResourceArn, "cost-centre");
    await denied(remove(ResourceArn, "team"), "sagemaker:DeleteTags");
    await denied(remove(foreign, "team"), "sagemaker:DeleteTags");

    const { KeyMetadata } = await red.kms.send(new CreateKeyCommand({ Tags: [{ TagKey: "team", TagValue: "red" }] }));
    const KeyId = KeyMetadata?.Arn ?? "";
    const blueTag = [{ TagKey: "team", TagValue: "blue" }];
    await denied(red.kms.send(new TagKeyCommand({ KeyId, Tags: blueTag })), "kms:TagResource");
    await denied(red.kms.send(new UntagKeyCommand({ KeyId, TagKeys: ["team"] })), "kms:UntagResource");
    await denied(blue.kms.send(new TagKeyCommand({ KeyId, Tags: blueTag })), "kms:TagResource");

    const resourceArn = `arn:aws:codecommit:us-east-1:${house.place.accountId}:red-code`;
    const tag = (by: Clients, tags: Record<string, string>) =>
      by.codecommit.send(new TagRepositoryCommand({ resourceArn, tags }));
    await tag(red, { tier: "1" });
    await denied(tag(red, { team: "blue" }), "codecommit:TagResource");
    await denied(tag(blue, { team: "blue" }), "codecommit:TagResource");
    const untag = { resourceArn, tagKeys: ["team"] };
    await denied(red.codecommit.send(new UntagRepositoryCommand(untag)), "codecommit:UntagResource");

    const Resources = [room.network.Subnets[0] ?? ""];
    await denied(red.ec2.send(new CreateTagsCommand({ Resources, Tags: tagged("red") })), "ec2:CreateTags");
    await denied(blue.ec2.send(new DeleteTagsCommand({ Resources, Tags: [{ Key: "team" }] })), "ec2:DeleteTags");
    await denied(blue.ec2.send(new DeleteTagsCommand({ Resources })), "ec2:DeleteTags");
    const retagging = { Bucket: "team-blue", Tagging: { TagSet: tagged("red") } };
    await denied(red.s3.send(new PutBucketTaggingCommand(retagging)), "s3:PutBucketTagging");
  });

  test("are told apart by the tags of a session as well", async () => {
    const guest = await memberOf("guest", [], tagged("blue"));
    await guest.sagemaker.send(new DescribeExperimentCommand({ ExperimentName: "blue-one" }));
    await denied(
      guest.sagemaker.send(new DescribeExperimentCommand({ ExperimentName: "red-one" })),
      "sagemaker:DescribeExperiment",
    );
    await begin(guest, "guest-one", "blue");
    await denied(begin(guest, "guest-two", "red"), "sagemaker:CreateExperiment");
  });

  test("without any team nothing is theirs", async () => {
    const nobody = await memberOf("nobody", []);
    await denied(
      nobody.sagemaker.send(new DescribeExperimentCommand({ ExperimentName: "red-one" })),
      "sagemaker:DescribeExperiment",
    );
    await denied(begin(nobody, "of-nobody", ""), "sagemaker:CreateExperiment");
    await denied(
      nobody.logs.send(new DescribeLogStreamsCommand({ logGroupName: "/aws/sagemaker/TrainingJobs" })),
      "logs",
    );
  });
});

/** Denied, with the action named. */
async function denied(call: Promise<unknown>, action: string): Promise<void> {
  await assert.rejects(call, (error: unknown) => {
    assert.ok(error instanceof Error);
    assert.match(error.name, /^(AccessDenied(Exception)?|UnauthorizedOperation)$/, error.message);
    assert.ok(error.message.includes(action), error.message);
    return true;
  });
}
