import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteUserCommand,
  GetRoleCommand,
  GetUserCommand,
  ListAccessKeysCommand,
  ListUserPoliciesCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { CreateExperimentCommand, DescribeExperimentCommand } from "@aws-sdk/client-sagemaker";
import { DescribeRuleCommand, PutRuleCommand } from "@aws-sdk/client-eventbridge";
import type { Clients } from "@strongroom/testkit";
import { orAbsent, type Look } from "../write-ledger.ts";
import type { Operation } from "./operation.ts";

const document = (statement: object): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });

const userAt =
  (UserName: string): Look =>
  ({ iam }) =>
    orAbsent(async () => {
      await iam.send(new GetUserCommand({ UserName }));
      return "there";
    }, "NoSuchEntityException");

/** Something that is made by its name. */
function makes(
  name: string,
  thing: {
    readonly put: (to: Clients, name: string) => Promise<unknown>;
    readonly read: (from: Clients, name: string) => Promise<unknown>;
    readonly absence: string;
  },
): Operation {
  return {
    name,
    prepare({ clients, name: of }) {
      const look: Look = (now) =>
        orAbsent(async () => {
          await thing.read(now, of);
          return "there";
        }, thing.absence);
      return Promise.resolve({ run: () => thing.put(clients, of), look, before: "absent", after: "there" });
    },
  };
}

/** A change of a user that was made for it. */
function changesUser(
  name: string,
  change: {
    readonly put: (to: Clients["iam"], UserName: string) => Promise<unknown>;
    readonly look: (UserName: string) => Look;
    readonly before: string;
    readonly after: string;
  },
): Operation {
  return {
    name,
    async prepare({ clients: { iam }, name: UserName }) {
      await iam.send(new CreateUserCommand({ UserName }));
      return { ...change, run: () => change.put(iam, UserName), look: change.look(UserName) };
    },
  };
}

export const peopleOperations: readonly Operation[] = [
  makes("create-user", {
    put: ({ iam }, UserName) => iam.send(new CreateUserCommand({ UserName })),
    read: ({ iam }, UserName) => iam.send(new GetUserCommand({ UserName })),
    absence: "NoSuchEntityException",
  }),
  makes("create-role", {
    put({ iam }, RoleName) {
      const trust = document({ Principal: { Service: "sagemaker.amazonaws.com" }, Action: "sts:AssumeRole" });
      return iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));
    },
    read: ({ iam }, RoleName) => iam.send(new GetRoleCommand({ RoleName })),
    absence: "NoSuchEntityException",
  }),
  changesUser("delete-user", {
    put: (to, UserName) => to.send(new DeleteUserCommand({ UserName })),
    look: userAt,
    ...{ before: "there", after: "absent" },
  }),
  changesUser("put-user-policy", {
    put(to, UserName) {
      const PolicyDocument = document({ Action: "s3:GetObject", Resource: "*" });
      return to.send(new PutUserPolicyCommand({ UserName, PolicyName: "reads", PolicyDocument }));
    },
    look: (UserName) => async (now) =>
      (await now.iam.send(new ListUserPoliciesCommand({ UserName }))).PolicyNames?.join() ?? "",
    ...{ before: "", after: "reads" },
  }),
  changesUser("create-access-key", {
    put: (to, UserName) => to.send(new CreateAccessKeyCommand({ UserName })),
    look: (UserName) => async (now) =>
      String((await now.iam.send(new ListAccessKeysCommand({ UserName }))).AccessKeyMetadata?.length ?? 0),
    ...{ before: "0", after: "1" },
  }),
  makes("create-experiment", {
    put: ({ sagemaker }, ExperimentName) => sagemaker.send(new CreateExperimentCommand({ ExperimentName })),
    read: ({ sagemaker }, ExperimentName) => sagemaker.send(new DescribeExperimentCommand({ ExperimentName })),
    absence: "ResourceNotFound",
  }),
  makes("put-rule", {
    put: ({ events }, Name) => events.send(new PutRuleCommand({ Name, EventPattern: '{"source":["none"]}' })),
    read: ({ events }, Name) => events.send(new DescribeRuleCommand({ Name })),
    absence: "ResourceNotFoundException",
  }),
];
