/** The schemas and commands of the service `strongroom`. */
import { commandOf, flag, number, operationOf, structure, text } from "./schema-notation.ts";

export {
  ContinueSignIn$,
  ContinueSignInCommand,
  DescribeSignInSettings$,
  DescribeSignInSettingsCommand,
  SignIn$,
  SignInCommand,
  SignOut$,
  SignOutCommand,
  UnlockUser$,
  UnlockUserCommand,
  UpdateSignInSettings$,
  UpdateSignInSettingsCommand,
} from "./sign-in-operations.ts";

export { RevokeSessions$, RevokeSessionsCommand } from "./session-operations.ts";
export { ScrubStorage$, ScrubStorageCommand } from "./storage-operations.ts";

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
