import type { ComponentMetric, TrialComponent } from "../../../reproduction/index.ts";
import { time } from "../resource-arn.ts";

/** A component as Describe, List and Search show it. */
export function componentAnswer(component: TrialComponent) {
  return {
    TrialComponentName: component.name,
    TrialComponentArn: component.arn,
    DisplayName: component.displayName,
    ...(component.status === undefined ? {} : { Status: component.status }),
    ...(component.startTime === undefined ? {} : { StartTime: time(component.startTime) }),
    ...(component.endTime === undefined ? {} : { EndTime: time(component.endTime) }),
    CreationTime: time(component.createdAt),
    LastModifiedTime: time(component.modifiedAt),
  };
}

export function sourceAnswer({ source }: TrialComponent) {
  return source === undefined ? {} : { Source: { SourceArn: source.arn, SourceType: source.type } };
}

/** Parameters, artifacts and metrics; lists leave them out. */
export function contentAnswer(component: TrialComponent) {
  const sourceArn = component.source?.arn ?? component.arn;
  return {
    Parameters: component.parameters,
    InputArtifacts: component.inputArtifacts,
    OutputArtifacts: component.outputArtifacts,
    Metrics: component.metrics.map((metric) => metricAnswer(metric, sourceArn)),
  };
}

function metricAnswer(metric: ComponentMetric, sourceArn: string) {
  return {
    MetricName: metric.name,
    SourceArn: sourceArn,
    TimeStamp: time(metric.timestamp),
    Max: metric.max,
    Min: metric.min,
    Last: metric.last,
    Count: metric.count,
    Avg: metric.avg,
    StdDev: metric.stdDev,
  };
}
