import { AssociateTrialComponentCommand } from "@aws-sdk/client-sagemaker";
import type { Experiments } from "../../../reproduction/index.ts";
import { operation } from "../../operation.ts";
import { name120 } from "../member-rules.ts";
import { arnOf, on } from "../resource-arn.ts";
import { notFound } from "../sagemaker-error.ts";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AssociateTrialComponent.html */
export const associateTrialComponent = (experiments: Pick<Experiments, "associate">) =>
  operation(AssociateTrialComponentCommand, {
    members: { TrialComponentName: name120, TrialName: name120 },
    permissions: (input, call) => [
      ...on("AssociateTrialComponent", call, "experiment-trial", input.TrialName),
      ...on("AssociateTrialComponent", call, "experiment-trial-component", input.TrialComponentName),
    ],
    handle: (input, call) => {
      const associated = experiments.associate(input.TrialName, input.TrialComponentName);
      if (associated === "no-such-trial") throw notFound(`Could not find trial '${input.TrialName}'`);
      if (associated === "no-such-component") {
        throw notFound(`Could not find trial component '${input.TrialComponentName}'`);
      }
      return {
        TrialComponentArn: arnOf(call, "experiment-trial-component", input.TrialComponentName),
        TrialArn: arnOf(call, "experiment-trial", input.TrialName),
      };
    },
  });
