import type { TrainingJobRequest } from "../../../compute/index.ts";
import { required } from "../sagemaker-error.ts";

/** The request as the wire gives it: what only some kinds of jobs need is optional there. */
type Received = Omit<TrainingJobRequest, "AlgorithmSpecification" | "ResourceConfig" | "StoppingCondition"> & {
  readonly AlgorithmSpecification?: Partial<TrainingJobRequest["AlgorithmSpecification"]>;
  readonly ResourceConfig?: Partial<TrainingJobRequest["ResourceConfig"]>;
  readonly StoppingCondition?: TrainingJobRequest["StoppingCondition"];
};

/** The request with what this environment needs of it; a missing member is refused by name. */
export function trainingRequestOf(input: Received): TrainingJobRequest {
  const algorithm = input.AlgorithmSpecification;
  const resources = input.ResourceConfig;
  return {
    ...input,
    AlgorithmSpecification: {
      ...algorithm,
      TrainingImage: required(algorithm?.TrainingImage, "AlgorithmSpecification.TrainingImage"),
      TrainingInputMode: required(algorithm?.TrainingInputMode, "AlgorithmSpecification.TrainingInputMode"),
    },
    ResourceConfig: {
      ...resources,
      InstanceType: required(resources?.InstanceType, "ResourceConfig.InstanceType"),
      InstanceCount: required(resources?.InstanceCount, "ResourceConfig.InstanceCount"),
      VolumeSizeInGB: required(resources?.VolumeSizeInGB, "ResourceConfig.VolumeSizeInGB"),
    },
    StoppingCondition: required(input.StoppingCondition, "StoppingCondition"),
  };
}
