import { DescribeTrialComponentCommand } from "@aws-sdk/client-sagemaker";
import type { Experiments } from "../../../reproduction/index.ts";
import { operation } from "../../operation.ts";
import { name120 } from "../member-rules.ts";
import { on } from "../resource-arn.ts";
import { notFound } from "../sagemaker-error.ts";
import { componentAnswer, contentAnswer, sourceAnswer } from "./component-answer.ts";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeTrialComponent.html */
export const describeTrialComponent = (experiments: Pick<Experiments, "component">) =>
  operation(DescribeTrialComponentCommand, {
    members: { TrialComponentName: name120 },
    permissions: (input, call) =>
      on("DescribeTrialComponent", call, "experiment-trial-component", input.TrialComponentName),
    mutates: false,
    handle: (input) => {
      const found = experiments.component(input.TrialComponentName);
      if (found === undefined) throw notFound(`Could not find trial component '${input.TrialComponentName}'`);
      return { ...componentAnswer(found), ...sourceAnswer(found), ...contentAnswer(found) };
    },
  });
