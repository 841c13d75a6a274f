/** An object of a bucket in one version. */
export interface AnalysedVersion {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
  readonly sha256: string;
}

/** A processing job, as far as an analysis can be seen in its record; jobs come through the composition root. */
export interface AnalysisJob {
  readonly name: string;
  readonly arn: string;
  readonly status: string;
  readonly endedAt?: number;
  readonly evidence: {
    readonly image?: { readonly uri: string; readonly digest: string };
    readonly inputs: readonly { readonly name: string; readonly objects: readonly AnalysedVersion[] }[];
    readonly outputs: readonly { readonly name: string; readonly objects: readonly AnalysedVersion[] }[];
  };
}

/** One file of an explanation, by the version and the digest with which the job stored it. */
export interface ExplanationFile {
  readonly uri: string;
  readonly versionId: string;
  readonly sha256: string;
}

/** ⑥ An analysis of a model: who made it, from which data, and what came out. */
export interface Explanation {
  readonly job: string;
  readonly jobArn: string;
  readonly imageDigest: string;
  /** Everything that it read beside the model: the data set and the analysis' settings. */
  readonly inputs: readonly ExplanationFile[];
  /** analysis.json, the SHAP values of each row, the report and the pictures. */
  readonly files: readonly ExplanationFile[];
}

const analysisImage = /(^|\/)sagemaker-clarify-processing(:|$)/;

/**
 * The explanations of a model among jobs: completed analyses that read exactly the artifact with this
 * sha256, whatever its name was then.
 */
export function explanationsOf(modelSha256: string, jobs: readonly AnalysisJob[]): Explanation[] {
  return jobs.flatMap((job) => {
    const { image, inputs, outputs } = job.evidence;
    if (job.status !== "Completed" || image === undefined || !analysisImage.test(image.uri)) return [];
    const read = inputs.flatMap(({ objects }) => objects);
    if (!read.some(({ sha256 }) => sha256 === modelSha256)) return [];
    return [
      {
        job: job.name,
        jobArn: job.arn,
        imageDigest: image.digest,
        inputs: read.filter(({ sha256 }) => sha256 !== modelSha256).map(fileOf),
        files: outputs.flatMap(({ objects }) => objects).map(fileOf),
      },
    ];
  });
}

function fileOf({ bucket, key, versionId, sha256 }: AnalysedVersion): ExplanationFile {
  return { uri: `s3://${bucket}/${key}`, versionId, sha256 };
}
