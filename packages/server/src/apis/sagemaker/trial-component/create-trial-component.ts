import { CreateTrialComponentCommand } from "@aws-sdk/client-sagemaker";
import { list, map, timestamp } from "@strongroom/wire";
import { tagContext, tagPermissions, tagsMax } from "../../../compute/index.ts";
import type { ResourceTags } from "../../../compute/index.ts";
import type { Experiments } from "../../../reproduction/index.ts";
import { operation } from "../../operation.ts";
import { name120, tagMembers } from "../member-rules.ts";
import { arnOf } from "../resource-arn.ts";
import { validationError } from "../sagemaker-error.ts";
import { artifactValue, componentStatus, contentKey, contentOf, parameterValue } from "./component-members.ts";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrialComponent.html */
export const createTrialComponent = (
  experiments: Pick<Experiments, "createComponent">,
  tags: Pick<ResourceTags, "put">,
) =>
  operation(CreateTrialComponentCommand, {
    members: {
      TrialComponentName: name120,
      DisplayName: name120,
      Status: componentStatus,
      StartTime: timestamp(),
      EndTime: timestamp(),
      Parameters: map(parameterValue, { max: 300, key: contentKey }),
      InputArtifacts: map(artifactValue, { max: 60, key: contentKey }),
      OutputArtifacts: map(artifactValue, { max: 60, key: contentKey }),
      Tags: list(tagMembers, { max: tagsMax }),
    },
    permissions: (input, call) => {
      const arn = arnOf(call, "experiment-trial-component", input.TrialComponentName);
      const create = { action: "sagemaker:CreateTrialComponent", resource: arn, context: tagContext(input.Tags) };
      return [create, ...tagPermissions(arn, input.Tags, "CreateTrialComponent")];
    },
    actions: ["sagemaker:CreateTrialComponent", "sagemaker:AddTags"],
    handle: (input, call) => {
      const name = input.TrialComponentName;
      const by = call.authority.principal.arn;
      const made = experiments.createComponent({ name, content: contentOf(input), by });
      if (made.kind === "name-taken") {
        throw validationError(
          `Trial component names must be unique within an AWS account and region. Trial component with name (${name}) already exists.`,
        );
      }
      tags.put(made.thing.arn, input.Tags ?? []);
      return { TrialComponentArn: made.thing.arn };
    },
  });
