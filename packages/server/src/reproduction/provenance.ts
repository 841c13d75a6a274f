import type { TrackedObjects, TrackedTrainingJob } from "./tracked-job.ts";

/** ⑧ Everything that a training job's model follows from, and the model itself. */
export interface Provenance {
  readonly trainingJob: { readonly name: string; readonly arn: string; readonly status: string };
  readonly submittedBy: string;
  /** The commit that the job was tagged with; absent where it was not. */
  readonly code?: { readonly repository: string; readonly commit: string };
  readonly image?: { readonly uri: string; readonly digest: string };
  readonly hyperParameters: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
  readonly inputs: readonly TrackedObjects[];
  readonly role: string;
  readonly keys: { readonly volume?: string; readonly output?: string };
  readonly model?: { readonly uri: string; readonly versionId: string; readonly sha256: string };
  /** ISO 8601. */
  readonly createdAt: string;
  readonly endedAt?: string;
}

const repositoryTag = "strongroom:repository";
const commitTag = "strongroom:commit";

export function provenanceOf(job: TrackedTrainingJob): Provenance {
  const { request, evidence } = job;
  const tag = (name: string): string | undefined => request.Tags?.find(({ Key }) => Key === name)?.Value;
  const [repository, commit] = [tag(repositoryTag), tag(commitTag)];
  const model = modelOf(job);
  const { KmsKeyId: outputKey } = request.OutputDataConfig;
  return {
    trainingJob: { name: job.name, arn: job.arn, status: job.status },
    submittedBy: job.submitter.principal.arn,
    ...(repository === undefined || commit === undefined ? {} : { code: { repository, commit } }),
    ...(evidence.image === undefined ? {} : { image: evidence.image }),
    hyperParameters: request.HyperParameters ?? {},
    environment: request.Environment ?? {},
    inputs: evidence.inputs,
    role: request.RoleArn,
    keys: {
      ...(evidence.volumeKeyArn === undefined ? {} : { volume: evidence.volumeKeyArn }),
      ...(outputKey === undefined ? {} : { output: outputKey }),
    },
    ...(model === undefined
      ? {}
      : { model: { uri: `s3://${model.bucket}/${model.key}`, versionId: model.versionId, sha256: model.sha256 } }),
    createdAt: new Date(job.createdAt).toISOString(),
    ...(job.endedAt === undefined ? {} : { endedAt: new Date(job.endedAt).toISOString() }),
  };
}

/** The model archive that the job stored; undefined before it has. */
export function modelOf(job: TrackedTrainingJob): TrackedObjects["objects"][number] | undefined {
  return job.evidence.outputs.find(({ name }) => name === "model")?.objects[0];
}
