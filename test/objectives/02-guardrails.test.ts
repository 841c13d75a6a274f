import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import { DescribeVpcsCommand } from "@aws-sdk/client-ec2";
import {
  CreateRoleCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListPolicyVersionsCommand,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { EncryptCommand } from "@aws-sdk/client-kms";
import { DetachPolicyCommand, ListPoliciesForTargetCommand, ListRootsCommand } from "@aws-sdk/client-organizations";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import {
  CreateEndpointConfigCommand,
  CreateExperimentCommand,
  CreateModelCommand,
  CreateProcessingJobCommand,
  CreateTrainingJobCommand,
  DescribeExperimentCommand,
  ListExperimentsCommand,
  type CreateTrainingJobRequest,
} from "@aws-sdk/client-sagemaker";
import { hostLacks, type Clients } from "@strongroom/testkit";
import type { Project } from "../../packages/cli/src/project/project.ts";
import { startProjectHouse, type ProjectHouse } from "../project-house.ts";
import { modelOf, networkOf, resourcesOf, tagsOf, trainingOf } from "../project-jobs.ts";

const Filter = "SERVICE_CONTROL_POLICY" as const;

describe("what `project create` installs", { skip: await hostLacks() }, () => {
  let place: ProjectHouse;
  let project: Project;
  let other: Project;
  before(async () => {
    place = await startProjectHouse();
    project = await place.create("credit");
    other = await place.create("churn");
  });
  after(() => place[Symbol.asyncDispose]());

  const train = (by: Clients, request: CreateTrainingJobRequest) =>
    by.sagemaker.send(new CreateTrainingJobCommand(request));

  test("binds administrators: neither network, keys nor encrypted traffic can be left out", async () => {
    const by = place.house.clients;
    const good = trainingOf(project, "credit-good");
    const guardrail = "explicit deny in a service control policy";
    await denied(train(by, { ...good, VpcConfig: undefined }), guardrail);
    const bare = { ...resourcesOf(project), VolumeKmsKeyId: undefined };
    await denied(train(by, { ...good, ResourceConfig: bare }), guardrail);
    const { S3OutputPath } = good.OutputDataConfig ?? {};
    await denied(train(by, { ...good, OutputDataConfig: { S3OutputPath } }), guardrail);
    await denied(train(by, { ...good, EnableInterContainerTrafficEncryption: false }), guardrail);
    const processing = {
      ProcessingJobName: "credit-bare",
      RoleArn: project.roleArns.execution,
      AppSpecification: { ImageUri: "strongroom-workbench:1" },
      ProcessingResources: { ClusterConfig: resourcesOf(project) },
    };
    await denied(by.sagemaker.send(new CreateProcessingJobCommand(processing)), guardrail);
    const model = { ModelName: "credit-bare", ExecutionRoleArn: project.roleArns.execution };
    const container = {
      PrimaryContainer: { Image: "sagemaker-xgboost:1.7-1", ModelDataUrl: "s3://credit-artifacts/m" },
    };
    await denied(by.sagemaker.send(new CreateModelCommand({ ...model, ...container })), guardrail);
    const variant = { VariantName: "a", ModelName: "m", InitialInstanceCount: 1, InstanceType: "ml.m5.large" as const };
    const config = { EndpointConfigName: "credit-bare", ProductionVariants: [variant] };
    await denied(by.sagemaker.send(new CreateEndpointConfigCommand(config)), guardrail);
    await train(by, good);
  });

  test("keeps a project's objects inside of networks, whatever its bucket's policy says; others are not concerned", async () => {
    const { s3 } = place.house.clients;
    await denied(s3.send(new GetObjectCommand({ Bucket: "credit-intake", Key: "there" })), "service control policy");
    await s3.send(new CreateBucketCommand({ Bucket: "elsewhere" }));
    await s3.send(new PutObjectCommand({ Bucket: "elsewhere", Key: "there", Body: "x" }));
    await s3.send(new GetObjectCommand({ Bucket: "elsewhere", Key: "there" }));
  });

  test("a data scientist runs jobs in the project's network, and nothing else", async () => {
    const by = await place.session(project.roleArns.dataScientist);
    await train(by, trainingOf(project, "credit-by-scientist"));
    const noAllow = "no identity-based policy allows";
    await denied(train(by, { ...trainingOf(project, "credit-untagged"), Tags: [] }), noAllow);
    await denied(train(by, { ...trainingOf(project, "credit-elsewhere"), VpcConfig: networkOf(other) }), noAllow);
    const foreignKey = { ...resourcesOf(project), VolumeKmsKeyId: other.keyArn };
    await denied(train(by, { ...trainingOf(project, "credit-foreign-key"), ResourceConfig: foreignKey }), noAllow);
    const large = { ...resourcesOf(project), InstanceType: "ml.p4d.24xlarge" as const };
    await denied(train(by, { ...trainingOf(project, "credit-large"), ResourceConfig: large }), noAllow);
    await denied(train(by, trainingOf(project, "named-otherwise")), noAllow);
    await denied(train(by, trainingOf(project, "credit-as-another", other.roleArns.execution)), "iam:PassRole");
    const as = project.roleArns.dataScienceAdministrator;
    await denied(train(by, trainingOf(project, "credit-as-administrator", as)), "iam:PassRole");
    await denied(by.sagemaker.send(new CreateModelCommand(modelOf(project, "credit-model"))), "sagemaker:CreateModel");
    await begin(by, "credit-first", project);
  });

  test("a data-science administrator makes models and endpoints, and begins no experiments", async () => {
    const by = await place.session(project.roleArns.dataScienceAdministrator);
    await by.sagemaker.send(new CreateModelCommand(modelOf(project, "credit-model")));
    const variant = {
      VariantName: "a",
      ModelName: "credit-model",
      InitialInstanceCount: 1,
      InstanceType: "ml.m5.large" as const,
    };
    const config = {
      EndpointConfigName: "credit-config",
      ProductionVariants: [variant],
      KmsKeyId: project.keyArn,
      Tags: tagsOf(project),
    };
    const large = { ...config, ProductionVariants: [{ ...variant, InstanceType: "ml.p4d.24xlarge" as const }] };
    await denied(by.sagemaker.send(new CreateEndpointConfigCommand(large)), "CreateEndpointConfig");
    await by.sagemaker.send(new CreateEndpointConfigCommand(config));
    await denied(begin(by, "credit-second", project), "sagemaker:CreateExperiment");
    await denied(by.iam.send(new GetRoleCommand({ RoleName: project.names.executionRole })), "iam:GetRole");
  });

  test("a project's administrator sees its network, and no data, key or job", async () => {
    const by = await place.session(project.roleArns.administrator);
    const { Vpcs } = await by.ec2.send(new DescribeVpcsCommand({}));
    assert.deepEqual(
      Vpcs?.map(({ VpcId }) => VpcId),
      [project.network.vpcId],
    );
    const KeyId = project.keyArn;
    await denied(by.kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from("x") })), "kms:Encrypt");
    await denied(train(by, trainingOf(project, "credit-by-administrator")), "sagemaker:CreateTrainingJob");
    await denied(by.s3.send(new PutObjectCommand({ Bucket: "credit-intake", Key: "k", Body: "" })), "s3:PutObject");
  });

  test("two projects in one account do not see each other", async () => {
    const mine = await place.session(project.roleArns.dataScientist);
    const theirs = await place.session(other.roleArns.dataScientist);
    await begin(theirs, "churn-first", other);
    const lists = async (by: Clients) => {
      const { ExperimentSummaries } = await by.sagemaker.send(new ListExperimentsCommand({}));
      return ExperimentSummaries?.map(({ ExperimentName }) => ExperimentName);
    };
    assert.deepEqual(await lists(mine), ["credit-first"]);
    assert.deepEqual(await lists(theirs), ["churn-first"]);
    const describe = new DescribeExperimentCommand({ ExperimentName: "credit-first" });
    await denied(theirs.sagemaker.send(describe), "sagemaker:DescribeExperiment");
    await denied(begin(theirs, "credit-mine", other), "sagemaker:CreateExperiment");
    await denied(begin(theirs, "churn-second", project), "sagemaker:CreateExperiment");
    await denied(theirs.s3.send(new PutObjectCommand({ Bucket: "credit-data", Key: "k", Body: "" })), "s3:PutObject");
    await assert.rejects(place.create("credit-risk"), { message: /cannot be told from the project "credit"/ });
  });

  test("run again, it sets policies anew and leaves one version and one guardrail of each", async () => {
    const { iam, organizations } = place.house.clients;
    const RoleName = project.names.dataScientistRole;
    const PolicyName = "project";
    const written = async () => (await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }))).PolicyDocument;
    const wanted = await written();
    const PolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
    });
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
    const { Roots } = await organizations.send(new ListRootsCommand({}));
    const TargetId = Roots?.[0]?.Id ?? "";
    const attached = async () =>
      (await organizations.send(new ListPoliciesForTargetCommand({ TargetId, Filter }))).Policies ?? [];
    const guardrails = (await attached()).find(({ Name }) => Name === "strongroom-guardrails");
    await organizations.send(new DetachPolicyCommand({ TargetId, PolicyId: guardrails?.Id ?? "" }));
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "sagemaker.amazonaws.com" }, Action: "sts:AssumeRole" }],
    });
    await iam.send(new CreateRoleCommand({ RoleName: "credit-devops", AssumeRolePolicyDocument }));
    const again = await place.create("credit");
    assert.deepEqual(again, project);
    assert.equal(await written(), wanted);
    assert.deepEqual((await attached()).map(({ Name }) => Name).sort(), ["FullAWSAccess", "strongroom-guardrails"]);
    const PolicyArn = `arn:aws:iam::${place.house.place.accountId}:policy/${project.names.executionBoundary}`;
    assert.equal((await iam.send(new ListPolicyVersionsCommand({ PolicyArn }))).Versions?.length, 1);
    await assert.rejects(iam.send(new GetRoleCommand({ RoleName: "credit-devops" })), {
      name: "NoSuchEntityException",
    });
  });

  const begin = (by: Clients, ExperimentName: string, of: Project) =>
    by.sagemaker.send(new CreateExperimentCommand({ ExperimentName, Tags: tagsOf(of) }));
});

/** Denied, with what is named in the message. */
async function denied(call: Promise<unknown>, named: string): Promise<void> {
  await assert.rejects(call, (error: unknown) => {
    assert.ok(error instanceof Error);
    assert.match(error.name, /^AccessDenied(Exception)?$/, error.message);
    assert.ok(error.message.includes(named), error.message);
    return true;
  });
}
