import { CreateExperimentCommand } from "@aws-sdk/client-sagemaker";
import { list, text } from "@strongroom/wire";
import { tagContext, tagPermissions, tagsMax } from "../../../compute/index.ts";
import type { ResourceTags } from "../../../compute/index.ts";
import type { Experiments } from "../../../reproduction/index.ts";
import { operation } from "../../operation.ts";
import { name120, tagMembers } from "../member-rules.ts";
import { arnOf } from "../resource-arn.ts";
import { validationError } from "../sagemaker-error.ts";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateExperiment.html */
export const createExperiment = (experiments: Pick<Experiments, "createExperiment">, tags: Pick<ResourceTags, "put">) =>
  operation(CreateExperimentCommand, {
    members: {
      ExperimentName: name120,
      DisplayName: name120,
      Description: text({ max: 3072 }),
      Tags: list(tagMembers, { max: tagsMax }),
    },
    permissions: (input, call) => {
      const arn = arnOf(call, "experiment", input.ExperimentName);
      const create = { action: "sagemaker:CreateExperiment", resource: arn, context: tagContext(input.Tags) };
      return [create, ...tagPermissions(arn, input.Tags, "CreateExperiment")];
    },
    actions: ["sagemaker:CreateExperiment", "sagemaker:AddTags"],
    handle: (input, call) => {
      const made = experiments.createExperiment({
        name: input.ExperimentName,
        by: call.authority.principal.arn,
        ...(input.DisplayName === undefined ? {} : { displayName: input.DisplayName }),
        ...(input.Description === undefined ? {} : { description: input.Description }),
      });
      if (made.kind === "name-taken") {
        throw validationError(
          `Experiment names must be unique within an AWS account and region. Experiment with name (${input.ExperimentName}) already exists.`,
        );
      }
      tags.put(made.thing.arn, input.Tags ?? []);
      return { ExperimentArn: made.thing.arn };
    },
  });
