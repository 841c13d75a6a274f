import type { Job, JobPins } from "./job.ts";
import { keysOf } from "./permissions.ts";
import type { MetricDefinition, VpcConfig } from "./request.ts";

/** Files to bring onto the volume before the container starts. */
export interface PlannedInput {
  readonly name: string;
  readonly s3Uri: string;
  /** Folder below /opt/ml. */
  readonly folder: string;
  /** Whether every host gets every object, or each its share of them. */
  readonly distribution: "FullyReplicated" | "ShardedByS3Key";
}

/** What leaves the volume after the container has ended. */
export type PlannedOutput =
  /** A folder packed as one archive; left out if `optional` and the folder is empty. */
  | {
      readonly kind: "archive";
      readonly name: string;
      readonly folder: string;
      readonly s3Uri: string;
      readonly optional: boolean;
    }
  /** A folder's files, each as an object below `s3Uri`. */
  | { readonly kind: "files"; readonly name: string; readonly folder: string; readonly s3Uri: string };

/** A job of either kind, as the engine runs it. Paths are relative to /opt/ml. */
export interface JobPlan {
  readonly roleArn: string;
  readonly imageUri: string;
  /** Replaces the image's own command. */
  readonly entrypoint?: readonly string[];
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** What every host finds; what it is told about itself is in `resourceConfigPath`. */
  readonly files: readonly { readonly path: string; readonly content: string }[];
  readonly resourceConfigPath: string;
  readonly folders: readonly string[];
  readonly inputs: readonly PlannedInput[];
  readonly outputs: readonly PlannedOutput[];
  readonly vpc?: VpcConfig;
  readonly isIsolated: boolean;
  readonly volumeKmsKeyId?: string;
  readonly outputKmsKeyId?: string;
  readonly maxRuntimeSeconds: number;
  readonly instanceType: string;
  readonly hostCount: number;
  /** Of each host. */
  readonly volumeSizeGiB: number;
  /** ④ Whether what the hosts say to each other is encrypted on its way. */
  readonly isTrafficEncrypted: boolean;
  readonly logGroup: string;
  readonly metrics: readonly MetricDefinition[];
  /** Where the container explains a failure, and whether the text is the job's exit message too. */
  readonly explanation: { readonly file: string; readonly isExitMessage: boolean };
  readonly pins?: JobPins;
}

/** The keys of a job as they were settled when it was submitted; as it names them where it is from before that. */
export function keyMembers(job: Job): Pick<JobPlan, "volumeKmsKeyId" | "outputKmsKeyId"> {
  const { volume, output } = job.keys ?? keysOf(job, (name) => name);
  return {
    ...(volume === undefined ? {} : { volumeKmsKeyId: volume }),
    ...(output === undefined ? {} : { outputKmsKeyId: output }),
  };
}

/** What SageMaker takes when a request gives no limit: one day. */
export const defaultMaxRuntimeSeconds = 86_400;
