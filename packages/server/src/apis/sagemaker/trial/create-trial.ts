import { CreateTrialCommand } from "@aws-sdk/client-sagemaker";
import { list } from "@strongroom/wire";
import { tagContext, tagPermissions, tagsMax } from "../../../compute/index.ts";
import type { ResourceTags } from "../../../compute/index.ts";
import type { Experiments } from "../../../reproduction/index.ts";
import { operation } from "../../operation.ts";
import { name120, tagMembers } from "../member-rules.ts";
import { arnOf } from "../resource-arn.ts";
import { notFound, validationError } from "../sagemaker-error.ts";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrial.html */
export const createTrial = (experiments: Pick<Experiments, "createTrial">, tags: Pick<ResourceTags, "put">) =>
  operation(CreateTrialCommand, {
    members: {
      TrialName: name120,
      DisplayName: name120,
      ExperimentName: name120,
      Tags: list(tagMembers, { max: tagsMax }),
    },
    permissions: (input, call) => {
      const arn = arnOf(call, "experiment-trial", input.TrialName);
      const create = { action: "sagemaker:CreateTrial", resource: arn, context: tagContext(input.Tags) };
      return [create, ...tagPermissions(arn, input.Tags, "CreateTrial")];
    },
    actions: ["sagemaker:CreateTrial", "sagemaker:AddTags"],
    handle: (input, call) => {
      const made = experiments.createTrial({
        name: input.TrialName,
        experimentName: input.ExperimentName,
        by: call.authority.principal.arn,
        ...(input.DisplayName === undefined ? {} : { displayName: input.DisplayName }),
      });
      if (made.kind === "no-such-experiment") throw notFound(`Could not find experiment '${input.ExperimentName}'`);
      if (made.kind === "name-taken") {
        throw validationError(
          `Trial names must be unique within an AWS account and region. Trial with name (${input.TrialName}) already exists.`,
        );
      }
      tags.put(made.thing.arn, input.Tags ?? []);
      return { TrialArn: made.thing.arn };
    },
  });
