import { CreateUserCommand, GetUserCommand, GetUserPolicyCommand, PutUserPolicyCommand } from "@aws-sdk/client-iam";
import { CreateExperimentCommand, DescribeExperimentCommand } from "@aws-sdk/client-sagemaker";
import { orAbsent, type Look } from "../write-ledger.ts";
import type { Write } from "./write.ts";

const changePeople: Write = async ({ clients: { iam }, ledger, name }) => {
  const UserName = name;
  const user: Look = (now) =>
    orAbsent(async () => {
      await now.iam.send(new GetUserCommand({ UserName }));
      return "there";
    }, "NoSuchEntityException");
  await ledger.write(name, "there", user, () => iam.send(new CreateUserCommand({ UserName })));
  const Statement = [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }];
  const policy = { UserName, PolicyName: "reads" };
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
  const attached: Look = (now) =>
    orAbsent(async () => {
      await now.iam.send(new GetUserPolicyCommand(policy));
      return "there";
    }, "NoSuchEntityException");
  await ledger.write(`${name}/policy`, "there", attached, () =>
    iam.send(new PutUserPolicyCommand({ ...policy, PolicyDocument })),
  );
};

const beginExperiment: Write = async ({ clients: { sagemaker }, ledger, name }) => {
  const ExperimentName = name.replaceAll(".", "-");
  const look: Look = (now) =>
    orAbsent(async () => {
      await now.sagemaker.send(new DescribeExperimentCommand({ ExperimentName }));
      return "there";
    }, "ResourceNotFound");
  await ledger.write(name, "there", look, () => sagemaker.send(new CreateExperimentCommand({ ExperimentName })));
};

export const peopleWrites: readonly Write[] = [changePeople, beginExperiment];
