import { number, oneOf, text } from "@strongroom/wire";
import type { ComponentContent } from "../../../reproduction/index.ts";

export const contentKey = text({ max: 320, pattern: /.*/s });
export const parameterValue = { StringValue: text({ max: 2500 }), NumberValue: number() };
export const artifactValue = { MediaType: text({ max: 60 }), Value: text({ min: 1, max: 2048, pattern: /.*/s }) };
export const componentStatus = {
  PrimaryStatus: oneOf("InProgress", "Completed", "Failed", "Stopping", "Stopped"),
  Message: text({ max: 1024, pattern: /.*/s }),
};

interface Received {
  readonly DisplayName?: string;
  readonly Status?: {
    readonly PrimaryStatus?: "InProgress" | "Completed" | "Failed" | "Stopping" | "Stopped";
    readonly Message?: string;
  };
  readonly StartTime?: Date;
  readonly EndTime?: Date;
  readonly Parameters?: Readonly<Record<string, { readonly StringValue?: string; readonly NumberValue?: number }>>;
  readonly InputArtifacts?: ComponentContent["inputArtifacts"];
  readonly OutputArtifacts?: ComponentContent["outputArtifacts"];
}

/** What a request sets of a component; members that it does not have are left out. */
export function contentOf(input: Received): ComponentContent {
  const { PrimaryStatus, Message } = input.Status ?? {};
  return {
    ...(input.DisplayName === undefined ? {} : { displayName: input.DisplayName }),
    ...(PrimaryStatus === undefined
      ? {}
      : { status: { PrimaryStatus, ...(Message === undefined ? {} : { Message }) } }),
    ...(input.StartTime === undefined ? {} : { startTime: input.StartTime.getTime() }),
    ...(input.EndTime === undefined ? {} : { endTime: input.EndTime.getTime() }),
    ...(input.Parameters === undefined ? {} : { parameters: parametersOf(input.Parameters) }),
    ...(input.InputArtifacts === undefined ? {} : { inputArtifacts: input.InputArtifacts }),
    ...(input.OutputArtifacts === undefined ? {} : { outputArtifacts: input.OutputArtifacts }),
  };
}

function parametersOf(parameters: NonNullable<Received["Parameters"]>): NonNullable<ComponentContent["parameters"]> {
  return Object.fromEntries(
    Object.entries(parameters).map(([key, { StringValue, NumberValue }]) => [
      key,
      NumberValue === undefined ? { StringValue: StringValue ?? "" } : { NumberValue },
    ]),
  );
}
