import { DisassociateTrialComponentCommand } from "@aws-sdk/client-sagemaker";
import type { Experiments } from "../../../reproduction/index.ts";
import { operation } from "../../operation.ts";
import { name120 } from "../member-rules.ts";
import { arnOf, on } from "../resource-arn.ts";
import { notFound } from "../sagemaker-error.ts";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DisassociateTrialComponent.html */
export const disassociateTrialComponent = (experiments: Pick<Experiments, "disassociate">) =>
  operation(DisassociateTrialComponentCommand, {
    members: { TrialComponentName: name120, TrialName: name120 },
    permissions: (input, call) => [
      ...on("DisassociateTrialComponent", call, "experiment-trial", input.TrialName),
      ...on("DisassociateTrialComponent", call, "experiment-trial-component", input.TrialComponentName),
    ],
    handle: (input, call) => {
      const { TrialName: trial, TrialComponentName: component } = input;
      if (experiments.disassociate(trial, component) === "not-associated") {
        throw notFound(`The trial component '${component}' is not associated with the trial '${trial}'`);
      }
      return {
        TrialComponentArn: arnOf(call, "experiment-trial-component", component),
        TrialArn: arnOf(call, "experiment-trial", trial),
      };
    },
  });
