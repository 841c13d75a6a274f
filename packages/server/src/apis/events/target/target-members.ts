import type { Target as WireTarget } from "@aws-sdk/client-eventbridge";
import { integer, map, text, type Answer } from "@strongroom/wire";
import type { Target } from "../../../detection/index.ts";
import { validationError } from "../events-error.ts";

export const targetId = text({ min: 1, max: 64, pattern: /[.\-_A-Za-z0-9]+/ });

/** The members of a target that there are; those of other kinds of targets are refused by their names. */
export const targetMembers = {
  Id: targetId,
  Arn: text({ min: 1, max: 1600 }),
  RoleArn: text({ min: 1, max: 1600 }),
  Input: text({ max: 8192 }),
  InputPath: text({ max: 256 }),
  InputTransformer: {
    InputPathsMap: map<ReturnType<typeof text>>(text({ max: 256 }), {
      max: 100,
      key: text({ min: 1, max: 256, pattern: /[A-Za-z0-9_-]+/ }),
    }),
    InputTemplate: text({ min: 1, max: 8192 }),
  },
  RetryPolicy: {
    MaximumRetryAttempts: integer({ min: 0, max: 185 }),
    MaximumEventAgeInSeconds: integer({ min: 60, max: 86_400 }),
  },
};

interface GivenTarget {
  readonly Id: string;
  readonly Arn: string;
  readonly RoleArn?: string | undefined;
  readonly Input?: string | undefined;
  readonly InputPath?: string | undefined;
  readonly InputTransformer?:
    | { readonly InputPathsMap?: Readonly<Record<string, string>> | undefined; readonly InputTemplate: string }
    | undefined;
  readonly RetryPolicy?:
    | { readonly MaximumRetryAttempts?: number | undefined; readonly MaximumEventAgeInSeconds?: number | undefined }
    | undefined;
}

export function targetOf(given: GivenTarget): Target {
  const { InputTransformer: transformer, RetryPolicy: retry } = given;
  if (given.RoleArn === undefined) throw validationError(`RoleArn is required for target ${given.Id}.`);
  return {
    id: given.Id,
    arn: given.Arn,
    roleArn: given.RoleArn,
    input: given.Input,
    inputPath: given.InputPath,
    inputTransformer: transformer && { paths: transformer.InputPathsMap ?? {}, template: transformer.InputTemplate },
    retryPolicy: retry && { attemptsMax: retry.MaximumRetryAttempts, ageSecondsMax: retry.MaximumEventAgeInSeconds },
  };
}

export function targetAnswer({
  id,
  arn,
  roleArn,
  input,
  inputPath,
  inputTransformer,
  retryPolicy,
}: Target): Answer<WireTarget> {
  return {
    Id: id,
    Arn: arn,
    RoleArn: roleArn,
    ...(input === undefined ? {} : { Input: input }),
    ...(inputPath === undefined ? {} : { InputPath: inputPath }),
    ...(inputTransformer === undefined
      ? {}
      : { InputTransformer: { InputPathsMap: inputTransformer.paths, InputTemplate: inputTransformer.template } }),
    ...(retryPolicy === undefined
      ? {}
      : {
          RetryPolicy: {
            MaximumRetryAttempts: retryPolicy.attemptsMax,
            MaximumEventAgeInSeconds: retryPolicy.ageSecondsMax,
          },
        }),
  };
}
