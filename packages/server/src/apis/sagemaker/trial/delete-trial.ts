import { DeleteTrialCommand } from "@aws-sdk/client-sagemaker";
import type { ResourceTags } from "../../../compute/index.ts";
import type { Experiments } from "../../../reproduction/index.ts";
import { operation } from "../../operation.ts";
import { name120 } from "../member-rules.ts";
import { arnOf, on } from "../resource-arn.ts";
import { notFound, validationError } from "../sagemaker-error.ts";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteTrial.html */
export const deleteTrial = (experiments: Pick<Experiments, "deleteTrial">, tags: Pick<ResourceTags, "clear">) =>
  operation(DeleteTrialCommand, {
    members: { TrialName: name120 },
    permissions: (input, call) => on("DeleteTrial", call, "experiment-trial", input.TrialName),
    handle: (input, call) => {
      const name = input.TrialName;
      const deleted = experiments.deleteTrial(name);
      if (deleted === "no-such-trial") throw notFound(`Could not find trial '${name}'`);
      if (deleted === "has-components") {
        throw validationError(`Unable to delete trial '${name}': disassociate its trial components first`);
      }
      const arn = arnOf(call, "experiment-trial", name);
      tags.clear(arn);
      return { TrialArn: arn };
    },
  });
