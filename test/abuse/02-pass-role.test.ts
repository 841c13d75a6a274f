import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import {
  CreateRoleCommand,
  DeleteAccessKeyCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  CreateProcessingJobCommand,
  CreateTrainingJobCommand,
  DescribeEndpointCommand,
} from "@aws-sdk/client-sagemaker";
import {
  hostLacks,
  newRole,
  newUser,
  startHouse,
  type Clients,
  type Statement,
  type TestHouse,
} from "@strongroom/testkit";
import {
  bucket,
  furnish,
  processed,
  scriptRequest,
  trained,
  trainingRequest,
  until,
  type Room,
} from "../sagemaker/room.ts";
import { denied, policyText, setStatements } from "./verdict.ts";

const mayWork: Statement = { Effect: "Allow", Action: "sagemaker:*", Resource: "*" };
const mayPass = (over: Partial<Statement> = {}): Statement => ({
  Effect: "Allow",
  Action: "iam:PassRole",
  Resource: "*",
  Condition: { StringEquals: { "iam:PassedToService": "sagemaker.amazonaws.com" } },
  ...over,
});
const service = "sagemaker.amazonaws.com";

describe("passing a role", { skip: await hostLacks() }, () => {
  let house: TestHouse;
  let room: Room;
  before(async () => {
    house = await startHouse();
    room = await furnish(house.clients);
    await house.clients.s3.send(new PutObjectCommand({ Bucket: bucket, Key: "no-model.tar.gz", Body: "none" }));
  });
  after(() => house[Symbol.asyncDispose]());

  /** Fills every place that jobs have, so that what is created next starts about a second later. */
  let fillings = 0;
  async function occupied<T>(meanwhile: () => Promise<T>): Promise<T> {
    fillings += 1;
    for (const place of [1, 2, 3, 4]) {
      const request = scriptRequest(room, `place-${fillings}-${place}`, "sleep 1");
      await house.clients.sagemaker.send(new CreateProcessingJobCommand(request));
    }
    return await meanwhile();
  }
  const create = (by: Clients, name: string, over: object = {}) =>
    by.sagemaker.send(new CreateProcessingJobCommand({ ...scriptRequest(room, name, "true"), ...over }));
  const failureOf = async (name: string): Promise<string> => {
    const job = await processed(house.clients, name);
    assert.equal(job.ProcessingJobStatus, "Failed");
    return job.FailureReason ?? "";
  };
  async function roleTrusting(name: string, Condition: object): Promise<string> {
    const trust = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole", Condition }],
    };
    const AssumeRolePolicyDocument = JSON.stringify(trust);
    const { Role } = await house.clients.iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument }));
    return Role?.Arn ?? "";
  }

  test("it is told to whom the role goes and for which resource", async () => {
    using user = await newUser(house.clients, "passer");
    const arn = `arn:aws:sagemaker:us-east-1:${house.place.accountId}:processing-job/mine-*`;
    await setStatements(
      house.clients,
      "passer",
      mayWork,
      mayPass({ Condition: { ArnLike: { "iam:AssociatedResourceArn": arn } } }),
    );
    await denied(create(user, "not-mine"), "iam:PassRole");
    await create(user, "mine-1");
    assert.equal((await processed(house.clients, "mine-1")).ProcessingJobStatus, "Completed");
    const other = { StringEquals: { "iam:PassedToService": "lambda.amazonaws.com" } };
    await setStatements(house.clients, "passer", mayWork, mayPass({ Condition: other }));
    await denied(create(user, "mine-2"), "iam:PassRole");
    await denied(user.sagemaker.send(new CreateTrainingJobCommand(trainingRequest(room, "mine-3"))), "iam:PassRole");
    const model = { ModelName: "mine", ExecutionRoleArn: room.roleArn, PrimaryContainer: { Image: "x/y:1" } };
    await denied(user.sagemaker.send(new CreateModelCommand(model)), "iam:PassRole");
  });

  test("a role of another account is not passed, and one that trusts somebody else is none for SageMaker", async () => {
    const foreign = { RoleArn: "arn:aws:iam::999988887777:role/theirs" };
    await denied(create(house.clients, "foreign", foreign), "iam:PassRole", "999988887777");
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
    });
    const { Role } = await house.clients.iam.send(
      new CreateRoleCommand({ RoleName: "for-lambda", AssumeRolePolicyDocument }),
    );
    await assert.rejects(create(house.clients, "mistrusted", { RoleArn: Role?.Arn }), {
      name: "ValidationException",
      message: /Could not assume role .*for-lambda/,
    });
    await assert.rejects(create(house.clients, "nowhere", { RoleArn: `${room.roleArn}-none` }), {
      name: "ValidationException",
      message: /Could not assume role/,
    });
  });

  test("a trust policy can keep its role for the account and the resources that it names", async () => {
    const { accountId } = house.place;
    const named = `arn:aws:sagemaker:us-east-1:${accountId}:processing-job/trusted-*`;
    const role = await roleTrusting("deputy", {
      StringEquals: { "aws:SourceAccount": accountId },
      ArnLike: { "aws:SourceArn": named },
    });
    await assert.rejects(create(house.clients, "untrusted", { RoleArn: role }), { message: /Could not assume role/ });
    await create(house.clients, "trusted-1", { RoleArn: role, NetworkConfig: undefined });
    // It starts: what ends it is that the role may do nothing, not that it is not trusted.
    assert.match(await failureOf("trusted-1"), /not authorized to perform: kms:GenerateDataKey/);
    const foreign = await roleTrusting("deputy-of-others", { StringEquals: { "aws:SourceAccount": "999988887777" } });
    await assert.rejects(create(house.clients, "foreign-deputy", { RoleArn: foreign }), {
      message: /Could not assume role/,
    });
  });

  test("what is taken from the submitter before the job starts is missing when it starts", async () => {
    using user = await newUser(house.clients, "losing", [mayWork, mayPass()]);
    await occupied(async () => {
      await create(user, "lost-the-right");
      await user.sagemaker.send(new CreateTrainingJobCommand(trainingRequest(room, "lost-the-right")));
      await house.clients.iam.send(new DeleteUserPolicyCommand({ UserName: "losing", PolicyName: "test" }));
    });
    assert.match(
      await failureOf("lost-the-right"),
      /^AccessDenied: User: .*user\/losing is not authorized to perform: iam:PassRole/,
    );
    const { FailureReason = "", TrainingJobStatus } = await trained(house.clients, "lost-the-right");
    assert.equal(TrainingJobStatus, "Failed");
    assert.match(FailureReason, /^AccessDenied: .*iam:PassRole/);
  });

  test("a submitter who was deleted passes nothing on, nor does one of the same name", async () => {
    using user = await newUser(house.clients, "leaver", [mayWork, mayPass()]);
    const { iam } = house.clients;
    await occupied(async () => {
      await create(user, "left-behind");
      const UserName = "leaver";
      await iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName: "test" }));
      await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId: user.credentials.accessKeyId }));
      await iam.send(new DeleteUserCommand({ UserName }));
      (await newUser(house.clients, UserName, [mayWork, mayPass()]))[Symbol.dispose]();
    });
    assert.match(await failureOf("left-behind"), /^AccessDenied: .*iam:PassRole.* because this user no longer exists/);
  });

  test("a session passes nothing on once its role is gone", async () => {
    const role = await newRole(house.clients, "brief", [mayWork, mayPass()]);
    using session = await role.assume("monday");
    await occupied(async () => {
      await create(session, "left-by-a-session");
      await house.clients.iam.send(new DeleteRolePolicyCommand({ RoleName: "brief", PolicyName: "test" }));
      await house.clients.iam.send(new DeleteRoleCommand({ RoleName: "brief" }));
    });
    const reason = await failureOf("left-by-a-session");
    assert.match(reason, /^AccessDenied: .*assumed-role\/brief\/monday .*because this session's role no longer exists/);
  });

  test("a role that changes its trust, or is gone, before the job starts is not taken on", async () => {
    const trusting = await newRole(house.clients, "turning", []);
    const vanishing = await newRole(house.clients, "vanishing", []);
    await occupied(async () => {
      await create(house.clients, "turned", { RoleArn: trusting.arn });
      await create(house.clients, "vanished", { RoleArn: vanishing.arn });
      const PolicyDocument = policyText({
        Effect: "Allow",
        Principal: { Service: "lambda.amazonaws.com" },
        Action: "sts:AssumeRole",
      });
      await house.clients.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: "turning", PolicyDocument }));
      await house.clients.iam.send(new DeleteRoleCommand({ RoleName: "vanishing" }));
    });
    assert.match(await failureOf("turned"), /^AccessDenied: Could not assume role .*role\/turning/);
    assert.match(await failureOf("vanished"), /^AccessDenied: Could not assume role .*role\/vanishing/);
  });

  test("an endpoint asks again for the role that its model was given", async () => {
    const { sagemaker } = house.clients;
    using user = await newUser(house.clients, "modeller", [mayWork, mayPass()]);
    const name = "of-the-modeller";
    await user.sagemaker.send(
      new CreateModelCommand({
        ModelName: name,
        ExecutionRoleArn: room.roleArn,
        PrimaryContainer: { Image: "x/sagemaker-xgboost:1.7-1", ModelDataUrl: `s3://${bucket}/no-model.tar.gz` },
        VpcConfig: room.network,
      }),
    );
    const variant = {
      VariantName: "All",
      ModelName: name,
      InitialInstanceCount: 1,
      InstanceType: "ml.m5.large",
    } as const;
    const config = { EndpointConfigName: name, ProductionVariants: [variant] };
    await sagemaker.send(new CreateEndpointConfigCommand(config));
    await house.clients.iam.send(new DeleteUserPolicyCommand({ UserName: "modeller", PolicyName: "test" }));
    await sagemaker.send(new CreateEndpointCommand({ EndpointName: name, EndpointConfigName: name }));
    const endpoint = await until(
      () => sagemaker.send(new DescribeEndpointCommand({ EndpointName: name })),
      ({ EndpointStatus }) => EndpointStatus !== "Creating",
    );
    assert.equal(endpoint.EndpointStatus, "Failed");
    assert.match(endpoint.FailureReason ?? "", /^AccessDenied: User: .*user\/modeller .*iam:PassRole/);
  });

  test("a deny that came in between holds, whatever else allows", async () => {
    using user = await newUser(house.clients, "narrowed", [mayWork, mayPass()]);
    const boundary: Statement = { Effect: "Deny", Action: "iam:PassRole", Resource: room.roleArn };
    await occupied(async () => {
      await create(user, "narrowed");
      await setStatements(house.clients, "narrowed", mayWork, mayPass(), boundary);
    });
    assert.match(await failureOf("narrowed"), /iam:PassRole.* explicit deny/);
    assert.deepEqual(house.log, [], "nothing failed inside");
  });
});
