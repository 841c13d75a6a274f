import type { Endpoints, Jobs } from "../../../compute/index.ts";
import type { Experiments } from "../../../reproduction/index.ts";
import { validationError } from "../sagemaker-error.ts";

/** Who knows whether a resource exists. */
export interface Resources {
  readonly jobs: Pick<Jobs, "get">;
  readonly endpoints: Pick<Endpoints, "model" | "config" | "endpoint">;
  readonly experiments: Pick<Experiments, "experiment" | "trial" | "component">;
}

/** Throws ValidationException unless the ARN names something that is there. */
export function demandResource({ jobs, endpoints, experiments }: Resources, arn: string): void {
  const [, , service, , , resource = ""] = arn.split(":");
  const slash = resource.indexOf("/");
  const name = resource.slice(slash + 1);
  const finders: Readonly<Record<string, () => unknown>> = {
    "training-job": () => jobs.get("training", name),
    "processing-job": () => jobs.get("processing", name),
    model: () => endpoints.model(name),
    "endpoint-config": () => endpoints.config(name),
    endpoint: () => endpoints.endpoint(name),
    experiment: () => experiments.experiment(name),
    "experiment-trial": () => experiments.trial(name),
    "experiment-trial-component": () => experiments.component(name),
  };
  const find = service === "sagemaker" ? finders[resource.slice(0, slash)] : undefined;
  if (find?.() === undefined) throw validationError(`Could not find the resource ${arn}.`);
}
