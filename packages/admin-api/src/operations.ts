/**
 * The schemas of the service `strongroom`, in the notation of the official clients' run-time schemas:
 * operation `[9, namespace, name, traits, input, output]`, structure
 * `[3, namespace, name, traits, members, schemas, required]`; 0 is a string, 1 a number, 2 a boolean.
 */
const namespace = "com.strongroom.admin";

const text = 0;
const number = 1;
const flag = 2;

type Member = readonly [name: string, schema: number];

/** Required members come first, as the notation wants it. */
function structure(name: string, required: readonly Member[], optional: readonly Member[] = []) {
  const members = [...required, ...optional];
  return [
    3,
    namespace,
    name,
    0,
    members.map(([member]) => member),
    members.map(([, schema]) => schema),
    required.length,
  ] as const;
}

const operationOf = (name: string, input: unknown, output: unknown) =>
  [9, namespace, name, 0, () => input, () => output] as const;

/** The shape that a command class has for the wire: its input and output as types, its schema as a value. */
interface CommandOf<I extends object, O extends object> {
  readonly input: I;
  readonly schema: unknown;
  resolveMiddleware(stack: never, configuration: never, options: never): (args: never) => Promise<{ output: O }>;
}

type CommandConstructor<I extends object, O extends object> = new (input: I) => CommandOf<I, O>;

function commandOf<I extends object, O extends object>(schema: unknown): CommandConstructor<I, O> {
  return class implements CommandOf<I, O> {
    readonly input: I;
    readonly schema = schema;
    constructor(input: I) {
      this.input = input;
    }
    resolveMiddleware(): never {
      throw new Error("this command is sent by AdminClient");
    }
  };
}

export interface VerifyAuditRequest {
  readonly [none: string]: never;
}
export interface VerifyAuditResponse {
  /** Whether every record is there, in order and unchanged. */
  readonly Held: boolean | undefined;
  readonly Records?: number | undefined;
  readonly Segments?: number | undefined;
  /** Hexadecimal SHA-256 of the newest record. */
  readonly HeadHash?: string | undefined;
  /** Where it does not hold: the file, the record's number, and what is wrong, as a sentence. */
  readonly Segment?: string | undefined;
  readonly Record?: number | undefined;
  readonly Problem?: string | undefined;
}
export const VerifyAudit$ = operationOf(
  "VerifyAudit",
  structure("VerifyAuditRequest", []),
  structure(
    "VerifyAuditResponse",
    [["Held", flag]],
    [
      ["Records", number],
      ["Segments", number],
      ["HeadHash", text],
      ["Segment", text],
      ["Record", number],
      ["Problem", text],
    ],
  ),
);
export const VerifyAuditCommand = commandOf<VerifyAuditRequest, VerifyAuditResponse>(VerifyAudit$);

export interface ExplainRequestRequest {
  /** As the request's answer names it: `x-amzn-requestid`, `x-amz-request-id`, or in the error. */
  readonly RequestId: string | undefined;
}
export interface ExplainRequestResponse {
  readonly RequestId: string | undefined;
  /**
   * JSON: `event` (a CloudTrail event record), `decisions`, `leftOut` where there were too many to keep, and
   * `denials`: of each the `steps` by kind of policy, the `keys` that were present, and `remedies`.
   */
  readonly Explanation: string | undefined;
}
export const ExplainRequest$ = operationOf(
  "ExplainRequest",
  structure("ExplainRequestRequest", [["RequestId", text]]),
  structure("ExplainRequestResponse", [
    ["RequestId", text],
    ["Explanation", text],
  ]),
);
export const ExplainRequestCommand = commandOf<ExplainRequestRequest, ExplainRequestResponse>(ExplainRequest$);

export interface ListRefusalsRequest {
  /** 1 to 100; 20 where it is not said. */
  readonly MaxResults?: number | undefined;
}
export interface ListRefusalsResponse {
  /** JSON, newest first: `requestID`, `eventTime`, `eventSource`, `eventName`, `principal`, `action`, `resource`, `because`. */
  readonly Refusals: string | undefined;
}
export const ListRefusals$ = operationOf(
  "ListRefusals",
  structure("ListRefusalsRequest", [], [["MaxResults", number]]),
  structure("ListRefusalsResponse", [["Refusals", text]]),
);
export const ListRefusalsCommand = commandOf<ListRefusalsRequest, ListRefusalsResponse>(ListRefusals$);

export interface ReproduceTrainingJobRequest {
  readonly TrainingJobName: string | undefined;
}
export interface ReproduceTrainingJobResponse {
  readonly ReproductionJobName: string | undefined;
  readonly ReproductionJobArn: string | undefined;
}
export const ReproduceTrainingJob$ = operationOf(
  "ReproduceTrainingJob",
  structure("ReproduceTrainingJobRequest", [["TrainingJobName", text]]),
  structure("ReproduceTrainingJobResponse", [
    ["ReproductionJobName", text],
    ["ReproductionJobArn", text],
  ]),
);
export const ReproduceTrainingJobCommand = commandOf<ReproduceTrainingJobRequest, ReproduceTrainingJobResponse>(
  ReproduceTrainingJob$,
);

export interface DescribeReproductionRequest {
  readonly ReproductionJobName: string | undefined;
}
export interface DescribeReproductionResponse {
  readonly ReproductionJobName: string | undefined;
  readonly SourceTrainingJobName: string | undefined;
  /** InProgress, Completed or Failed, as the training job's. */
  readonly Status: string | undefined;
  readonly FailureReason?: string | undefined;
  /** Whether both model artifacts are the same bytes; absent until the reproduction has completed. */
  readonly Identical?: boolean | undefined;
  /** Hexadecimal SHA-256 of model.tar.gz. */
  readonly SourceModelSha256?: string | undefined;
  readonly ReproducedModelSha256?: string | undefined;
}
export const DescribeReproduction$ = operationOf(
  "DescribeReproduction",
  structure("DescribeReproductionRequest", [["ReproductionJobName", text]]),
  structure(
    "DescribeReproductionResponse",
    [
      ["ReproductionJobName", text],
      ["SourceTrainingJobName", text],
      ["Status", text],
    ],
    [
      ["FailureReason", text],
      ["Identical", flag],
      ["SourceModelSha256", text],
      ["ReproducedModelSha256", text],
    ],
  ),
);
export const DescribeReproductionCommand = commandOf<DescribeReproductionRequest, DescribeReproductionResponse>(
  DescribeReproduction$,
);

export interface DescribeProvenanceRequest {
  readonly TrainingJobName: string | undefined;
}
export interface DescribeProvenanceResponse {
  readonly TrainingJobName: string | undefined;
  /** JSON: commit, input object versions with digests, image digest, parameters, role, keys, model digest. */
  readonly Record: string | undefined;
}
export const DescribeProvenance$ = operationOf(
  "DescribeProvenance",
  structure("DescribeProvenanceRequest", [["TrainingJobName", text]]),
  structure("DescribeProvenanceResponse", [
    ["TrainingJobName", text],
    ["Record", text],
  ]),
);
export const DescribeProvenanceCommand = commandOf<DescribeProvenanceRequest, DescribeProvenanceResponse>(
  DescribeProvenance$,
);
