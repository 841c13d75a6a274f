import type { Hyperparameters } from "@strongroom/xgboost";
import type { ChannelData } from "./channels.ts";
import { JobFailure } from "./contract.ts";

/** Refuses labels that the objective does not take, by their row; the library would only say that there is one. */
export function checkLabels(channel: string, data: ChannelData, settings: Hyperparameters): void {
  const { objective } = settings;
  const classes = Number(settings.parameters.find(([name]) => name === "num_class")?.[1] ?? 0);
  const rule = ruleOf(objective, classes);
  if (rule === undefined) return;
  const row = data.labels.findIndex((label) => !rule.holds(label));
  if (row === -1) return;
  const label = String(data.labels[row]);
  throw new JobFailure(
    `Channel "${channel}", row ${row + 1}: the label is ${label}; ${objective} takes ${rule.takes}.`,
  );
}

function ruleOf(objective: string, classes: number) {
  if (objective.startsWith("binary:") || objective === "reg:logistic") {
    return { takes: "labels from 0 to 1", holds: (label: number) => label >= 0 && label <= 1 };
  }
  if (objective.startsWith("multi:")) {
    const holds = (label: number): boolean => Number.isInteger(label) && label >= 0 && label < classes;
    return { takes: `whole numbers from 0 to ${classes - 1} (num_class=${classes})`, holds };
  }
  return undefined;
}
