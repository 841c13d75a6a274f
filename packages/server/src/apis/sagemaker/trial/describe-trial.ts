import { DescribeTrialCommand } from "@aws-sdk/client-sagemaker";
import type { Experiments } from "../../../reproduction/index.ts";
import { operation } from "../../operation.ts";
import { name120 } from "../member-rules.ts";
import { on, time } from "../resource-arn.ts";
import { notFound } from "../sagemaker-error.ts";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeTrial.html */
export const describeTrial = (experiments: Pick<Experiments, "trial">) =>
  operation(DescribeTrialCommand, {
    members: { TrialName: name120 },
    permissions: (input, call) => on("DescribeTrial", call, "experiment-trial", input.TrialName),
    mutates: false,
    handle: (input) => {
      const found = experiments.trial(input.TrialName);
      if (found === undefined) throw notFound(`Could not find trial '${input.TrialName}'`);
      return {
        TrialName: found.name,
        TrialArn: found.arn,
        DisplayName: found.displayName,
        ExperimentName: found.experimentName,
        CreationTime: time(found.createdAt),
        LastModifiedTime: time(found.modifiedAt),
      };
    },
  });
