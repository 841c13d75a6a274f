import { DeleteTrialComponentCommand } from "@aws-sdk/client-sagemaker";
import type { ResourceTags } from "../../../compute/index.ts";
import type { Experiments } from "../../../reproduction/index.ts";
import { operation } from "../../operation.ts";
import { name120 } from "../member-rules.ts";
import { arnOf, on } from "../resource-arn.ts";
import { notFound, validationError } from "../sagemaker-error.ts";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteTrialComponent.html */
export const deleteTrialComponent = (
  experiments: Pick<Experiments, "deleteComponent">,
  tags: Pick<ResourceTags, "clear">,
) =>
  operation(DeleteTrialComponentCommand, {
    members: { TrialComponentName: name120 },
    permissions: (input, call) =>
      on("DeleteTrialComponent", call, "experiment-trial-component", input.TrialComponentName),
    handle: (input, call) => {
      const name = input.TrialComponentName;
      const deleted = experiments.deleteComponent(name);
      if (deleted === "no-such-component") throw notFound(`Could not find trial component '${name}'`);
      if (deleted === "in-a-trial") {
        throw validationError(`Unable to delete trial component '${name}': disassociate it from its trials first`);
      }
      const arn = arnOf(call, "experiment-trial-component", name);
      tags.clear(arn);
      return { TrialComponentArn: arn };
    },
  });
