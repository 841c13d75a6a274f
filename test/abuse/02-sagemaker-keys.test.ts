import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import { CreateAliasCommand, CreateKeyCommand, DisableKeyCommand, UpdateAliasCommand } from "@aws-sdk/client-kms";
import {
  AddTagsCommand,
  CreateEndpointCommand,
  CreateExperimentCommand,
  CreateProcessingJobCommand,
  CreateTrialComponentCommand,
  DeleteTagsCommand,
  DescribeExperimentCommand,
  SearchCommand,
} from "@aws-sdk/client-sagemaker";
import { hostLacks, newUser, startHouse, type Clients, type Statement, type TestHouse } from "@strongroom/testkit";
import { furnish, processed, scriptRequest, type Room } from "../sagemaker/room.ts";
import { askingFor, keyCases, resources } from "./sagemaker-key-cases.ts";
import { denied, setStatements, verdictOf } from "./verdict.ts";

const everything: Statement = { Effect: "Allow", Action: ["sagemaker:*", "iam:PassRole"], Resource: "*" };
describe("SageMaker's condition keys", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  let room: Room;
  let user: Clients;
  before(async () => {
    house = await startHouse();
    room = await furnish(house.clients);
    user = await newUser(house.clients, "asker");
    const AliasName = "alias/of-the-room";
    await house.clients.kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: room.keyArn }));
  });
  after(async () => {
    user[Symbol.dispose]();
    await house[Symbol.asyncDispose]();
  });

  test("each is there exactly when the request has it: for denying, for allowing, and for Null", async () => {
    for (const { key: name, operator, value, action, has, other, otherIsAbsent } of keyCases(user, room)) {
      const key = name.includes(":") ? name : `sagemaker:${name}`;
      const Condition = { [operator]: { [key]: value } };
      const said = `${action} ${key}`;
      await setStatements(house.clients, "asker", everything, {
        Effect: "Deny",
        Action: action,
        Resource: "*",
        Condition,
      });
      assert.equal(await verdictOf(has(), "ValidationException"), "denied", `${said}: denied by its value`);
      assert.equal(await verdictOf(other(), "ValidationException"), "allowed", `${said}: another value is not denied`);

      const rest: Statement = { Effect: "Allow", Action: ["sagemaker:AddTags", "iam:PassRole"], Resource: "*" };
      await setStatements(house.clients, "asker", rest, { Effect: "Allow", Action: action, Resource: "*", Condition });
      assert.equal(await verdictOf(has(), "ValidationException"), "allowed", `${said}: allowed by its value`);
      assert.equal(await verdictOf(other(), "ValidationException"), "denied", `${said}: another value is not allowed`);

      const missing: Statement = {
        Effect: "Deny",
        Action: action,
        Resource: "*",
        Condition: { Null: { [key]: "true" } },
      };
      await setStatements(house.clients, "asker", everything, missing);
      assert.equal(await verdictOf(has(), "ValidationException"), "allowed", `${said}: Null does not find it`);
      const found = otherIsAbsent ? "denied" : "allowed";
      assert.equal(await verdictOf(other(), "ValidationException"), found, `${said}: Null finds whether it is absent`);
    }
  });

  test("a policy that names a key's ARN holds however the request spells the key", async () => {
    const { training, processing, config } = askingFor(user, room);
    const id = room.keyArn.split("/").at(-1) ?? "";
    const alias = "alias/of-the-room";
    const spellings = [room.keyArn, id, alias, room.keyArn.replace(`key/${id}`, alias)];
    const named = (key: string): Statement => ({
      Sid: "NotUnderThisKey",
      Effect: "Deny",
      Action: "sagemaker:Create*",
      Resource: "*",
      Condition: { ArnEquals: { [key]: room.keyArn } },
    });
    for (const spelling of spellings) {
      await setStatements(house.clients, "asker", everything, named("sagemaker:VolumeKmsKey"));
      const volume = { ...resources, VolumeKmsKeyId: spelling };
      await denied(training({ ResourceConfig: volume }), "explicit deny");
      await denied(processing({ ProcessingResources: { ClusterConfig: volume } }), "explicit deny");
      await denied(config({ KmsKeyId: spelling }), "explicit deny");
      await setStatements(house.clients, "asker", everything, named("sagemaker:OutputKmsKey"));
      await denied(training({ OutputDataConfig: { S3OutputPath: "s3://b/o", KmsKeyId: spelling } }), "explicit deny");
      await denied(processing({ ProcessingOutputConfig: { Outputs: [], KmsKeyId: spelling } }), "explicit deny");
    }
    const { KeyMetadata: other } = await house.clients.kms.send(new CreateKeyCommand({}));
    await setStatements(house.clients, "asker", everything, named("sagemaker:VolumeKmsKey"));
    const volume = { ...resources, VolumeKmsKeyId: other?.KeyId };
    assert.equal(await verdictOf(training({ ResourceConfig: volume }), "ValidationException"), "allowed");
    // A key of nothing is no key: Null finds it, and SageMaker's own is used.
    const missing: Statement = {
      Effect: "Deny",
      Action: "sagemaker:*",
      Resource: "*",
      Condition: { Null: { "sagemaker:VolumeKmsKey": "true" } },
    };
    await setStatements(house.clients, "asker", everything, missing);
    await denied(training({ ResourceConfig: { ...resources, VolumeKmsKeyId: "" } }), "CreateTrainingJob");
  });

  test("the key that was decided on is used, whatever its alias has come to mean since", async () => {
    const AliasName = "alias/moving";
    const { kms, sagemaker } = house.clients;
    await kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: room.keyArn }));
    const { KeyMetadata: other } = await kms.send(new CreateKeyCommand({}));
    // Four at a time run: the job that is looked at waits for its place while the alias moves.
    const blockers = ["block-1", "block-2", "block-3", "block-4"];
    for (const name of blockers)
      await sagemaker.send(new CreateProcessingJobCommand(scriptRequest(room, name, "sleep 1")));
    const request = scriptRequest(room, "waiting", "true");
    const volume = { ...request.ProcessingResources?.ClusterConfig, ...resources, VolumeKmsKeyId: AliasName };
    await sagemaker.send(
      new CreateProcessingJobCommand({ ...request, ProcessingResources: { ClusterConfig: volume } }),
    );
    await kms.send(new UpdateAliasCommand({ AliasName, TargetKeyId: other?.KeyId }));
    // Were this key used, the job would fail.
    await kms.send(new DisableKeyCommand({ KeyId: other?.KeyId }));
    const job = await processed(house.clients, "waiting");
    assert.equal(job.ProcessingJobStatus, "Completed", job.FailureReason);
    assert.equal(job.ProcessingResources?.ClusterConfig?.VolumeKmsKeyId, AliasName, "it is shown as it was asked for");
  });

  test("tags at creation are told with the operation, and tags of what is there decide", async () => {
    const Tags = [{ Key: "team", Value: "risk" }];
    const allow = (Action: string | string[], Condition?: Statement["Condition"]): Statement => ({
      Effect: "Allow",
      Action,
      Resource: "*",
      ...(Condition === undefined ? {} : { Condition }),
    });
    const atCreation = { StringEquals: { "sagemaker:TaggingAction": "CreateExperiment" } };
    const describe = allow("sagemaker:DescribeExperiment", { StringEquals: { "sagemaker:ResourceTag/team": "risk" } });
    const untag = allow("sagemaker:DeleteTags", { StringEquals: { "aws:ResourceTag/team": "risk" } });
    await setStatements(
      house.clients,
      "asker",
      allow("sagemaker:Create*"),
      allow("sagemaker:AddTags", atCreation),
      describe,
      untag,
    );
    const create = (ExperimentName: string, tags?: typeof Tags) =>
      user.sagemaker.send(
        new CreateExperimentCommand({ ExperimentName, ...(tags === undefined ? {} : { Tags: tags }) }),
      );
    const { ExperimentArn: ResourceArn } = await create("tagged", Tags);
    await create("untagged");
    await denied(user.sagemaker.send(new AddTagsCommand({ ResourceArn, Tags })), "sagemaker:AddTags");
    const component = new CreateTrialComponentCommand({ TrialComponentName: "tagged", Tags });
    await denied(user.sagemaker.send(component), "sagemaker:AddTags");
    await user.sagemaker.send(new DescribeExperimentCommand({ ExperimentName: "tagged" }));
    await denied(
      user.sagemaker.send(new DescribeExperimentCommand({ ExperimentName: "untagged" })),
      "DescribeExperiment",
    );
    await user.sagemaker.send(new DeleteTagsCommand({ ResourceArn, TagKeys: ["team"] }));
    await denied(
      user.sagemaker.send(new DescribeExperimentCommand({ ExperimentName: "tagged" })),
      "DescribeExperiment",
    );
    await denied(user.sagemaker.send(new DeleteTagsCommand({ ResourceArn, TagKeys: ["team"] })), "DeleteTags");
    const endpoint = new CreateEndpointCommand({ EndpointName: "e", EndpointConfigName: "none", Tags });
    await denied(user.sagemaker.send(endpoint), "sagemaker:AddTags");
  });

  test("a search is held to the tags that it restricts itself to", async () => {
    for (const team of ["risk", "fraud"]) {
      const Tags = [{ Key: "team", Value: team }];
      await house.clients.sagemaker.send(new CreateTrialComponentCommand({ TrialComponentName: `of-${team}`, Tags }));
    }
    await setStatements(house.clients, "asker", {
      Effect: "Allow",
      Action: "sagemaker:Search",
      Resource: "*",
      Condition: { StringEquals: { "sagemaker:SearchVisibilityCondition/Tags.team/EqualsIfExists": "risk" } },
    });
    const search = (...values: readonly string[]) => {
      const VisibilityConditions = values.map((Value) => ({ Key: "Tags.team", Value }));
      return user.sagemaker.send(new SearchCommand({ Resource: "ExperimentTrialComponent", VisibilityConditions }));
    };
    const { Results = [] } = await search("risk");
    const names = Results.map(({ TrialComponent }) => TrialComponent?.TrialComponentName ?? "");
    assert.ok(names.includes("of-risk"), names.join());
    assert.ok(!names.includes("of-fraud"), names.join());
    await denied(search("fraud"), "sagemaker:Search");
    await denied(search(), "sagemaker:Search");
    await denied(search("risk", "fraud"), "sagemaker:Search");
  });

  test("nothing failed inside", () => {
    assert.deepEqual(house.log, []);
  });
});
