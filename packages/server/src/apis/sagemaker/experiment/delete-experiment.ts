import { DeleteExperimentCommand } from "@aws-sdk/client-sagemaker";
import type { ResourceTags } from "../../../compute/index.ts";
import type { Experiments } from "../../../reproduction/index.ts";
import { operation } from "../../operation.ts";
import { name120 } from "../member-rules.ts";
import { arnOf, on } from "../resource-arn.ts";
import { notFound, validationError } from "../sagemaker-error.ts";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteExperiment.html */
export const deleteExperiment = (
  experiments: Pick<Experiments, "deleteExperiment">,
  tags: Pick<ResourceTags, "clear">,
) =>
  operation(DeleteExperimentCommand, {
    members: { ExperimentName: name120 },
    permissions: (input, call) => on("DeleteExperiment", call, "experiment", input.ExperimentName),
    handle: (input, call) => {
      const name = input.ExperimentName;
      const deleted = experiments.deleteExperiment(name);
      if (deleted === "no-such-experiment") throw notFound(`Could not find experiment '${name}'`);
      if (deleted === "has-trials") {
        throw validationError(`Unable to delete experiment '${name}': all of its trials must be deleted first`);
      }
      const arn = arnOf(call, "experiment", name);
      tags.clear(arn);
      return { ExperimentArn: arn };
    },
  });
