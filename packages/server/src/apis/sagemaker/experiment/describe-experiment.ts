import { DescribeExperimentCommand } from "@aws-sdk/client-sagemaker";
import type { Experiments } from "../../../reproduction/index.ts";
import { operation } from "../../operation.ts";
import { name120 } from "../member-rules.ts";
import { on, time } from "../resource-arn.ts";
import { notFound } from "../sagemaker-error.ts";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeExperiment.html */
export const describeExperiment = (experiments: Pick<Experiments, "experiment">) =>
  operation(DescribeExperimentCommand, {
    members: { ExperimentName: name120 },
    permissions: (input, call) => on("DescribeExperiment", call, "experiment", input.ExperimentName),
    mutates: false,
    handle: (input) => {
      const found = experiments.experiment(input.ExperimentName);
      if (found === undefined) throw notFound(`Could not find experiment '${input.ExperimentName}'`);
      return {
        ExperimentName: found.name,
        ExperimentArn: found.arn,
        DisplayName: found.displayName,
        ...(found.description === undefined ? {} : { Description: found.description }),
        CreationTime: time(found.createdAt),
        LastModifiedTime: time(found.modifiedAt),
      };
    },
  });
