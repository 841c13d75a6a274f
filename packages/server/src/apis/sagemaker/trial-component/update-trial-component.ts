import { UpdateTrialComponentCommand } from "@aws-sdk/client-sagemaker";
import { list, map, timestamp } from "@strongroom/wire";
import type { Experiments } from "../../../reproduction/index.ts";
import { operation } from "../../operation.ts";
import { name120 } from "../member-rules.ts";
import { on } from "../resource-arn.ts";
import { notFound } from "../sagemaker-error.ts";
import { artifactValue, componentStatus, contentKey, contentOf, parameterValue } from "./component-members.ts";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateTrialComponent.html */
export const updateTrialComponent = (experiments: Pick<Experiments, "updateComponent">) =>
  operation(UpdateTrialComponentCommand, {
    members: {
      TrialComponentName: name120,
      DisplayName: name120,
      Status: componentStatus,
      StartTime: timestamp(),
      EndTime: timestamp(),
      Parameters: map(parameterValue, { max: 300, key: contentKey }),
      ParametersToRemove: list(contentKey),
      InputArtifacts: map(artifactValue, { max: 60, key: contentKey }),
      InputArtifactsToRemove: list(contentKey),
      OutputArtifacts: map(artifactValue, { max: 60, key: contentKey }),
      OutputArtifactsToRemove: list(contentKey),
    },
    permissions: (input, call) =>
      on("UpdateTrialComponent", call, "experiment-trial-component", input.TrialComponentName),
    handle: (input) => {
      const changed = experiments.updateComponent(input.TrialComponentName, {
        ...contentOf(input),
        parametersToRemove: input.ParametersToRemove ?? [],
        inputArtifactsToRemove: input.InputArtifactsToRemove ?? [],
        outputArtifactsToRemove: input.OutputArtifactsToRemove ?? [],
      });
      if (changed === undefined) throw notFound(`Could not find trial component '${input.TrialComponentName}'`);
      return { TrialComponentArn: changed.arn };
    },
  });
