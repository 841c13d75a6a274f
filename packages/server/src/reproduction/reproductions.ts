import type { Clock } from "../platform/index.ts";
import { modelOf } from "./provenance.ts";
import type { ReproductionStore } from "./reproduction-store.ts";
import type { TrackedObjects, TrackedSubmitter, TrackedTrainingJob } from "./tracked-job.ts";

/** What a reproduction is held to: the recorded object versions and the recorded image. */
export interface Pins {
  readonly inputs: readonly (TrackedObjects & { readonly s3Uri: string })[];
  readonly imageDigest: string;
}

/** Compute, as this domain needs it; `J` is a training job there. */
export interface TrainingPort<J extends TrackedTrainingJob> {
  get(name: string): J | undefined;
  /** Digest of an image as it is now; a string as `problem` where there is none. */
  imageDigest(uri: string): Promise<string | { readonly problem: string }>;
  submit(
    request: J["request"],
    pins: Pins,
    submitter: TrackedSubmitter,
  ): { readonly kind: "queued"; readonly arn: string } | { readonly kind: "refused"; readonly message: string };
}

export type PlannedReproduction<J extends TrackedTrainingJob> =
  | { readonly kind: "planned"; readonly source: J; readonly request: J["request"]; readonly pins: Pins }
  | { readonly kind: "no-such-job" }
  | { readonly kind: "refused"; readonly message: string };

export interface ReproductionState {
  readonly name: string;
  readonly source: string;
  readonly status: TrackedTrainingJob["status"];
  readonly failureReason?: string;
  readonly sourceSha256?: string;
  readonly reproducedSha256?: string;
  /** Whether both archives are the same bytes; absent before there are two. */
  readonly isIdentical?: boolean;
}

/**
 * ⑧ Trains again from a job's record: the same request, the recorded versions of the inputs, the recorded
 * image. What has changed since is refused, not used.
 */
export class Reproductions<J extends TrackedTrainingJob> {
  readonly #store: ReproductionStore;
  readonly #training: TrainingPort<J>;
  readonly #clock: Clock;

  constructor(store: ReproductionStore, training: TrainingPort<J>, clock: Clock) {
    this.#store = store;
    this.#training = training;
    this.#clock = clock;
  }

  /** What would be submitted; the edge decides permissions on it before `start`. */
  async plan(sourceName: string): Promise<PlannedReproduction<J>> {
    const source = this.#training.get(sourceName);
    if (source === undefined) return { kind: "no-such-job" };
    const { image, inputs } = source.evidence;
    if (source.status !== "Completed" || image === undefined || modelOf(source) === undefined) {
      return { kind: "refused", message: `${sourceName} is ${source.status}: only a completed job has a whole record` };
    }
    const digest = await this.#training.imageDigest(image.uri);
    if (typeof digest !== "string") return { kind: "refused", message: digest.problem };
    if (digest !== image.digest) {
      const message = `the image ${image.uri} has changed: its digest is ${digest}, recorded is ${image.digest}`;
      return { kind: "refused", message };
    }
    const name = reproductionName(sourceName, this.#store.nextNumber(sourceName));
    return {
      kind: "planned",
      source,
      request: { ...source.request, TrainingJobName: name },
      pins: { inputs, imageDigest: image.digest },
    };
  }

  start(
    plan: Extract<PlannedReproduction<J>, { kind: "planned" }>,
    submitter: TrackedSubmitter,
  ):
    | { readonly kind: "started"; readonly name: string; readonly arn: string }
    | { readonly kind: "refused"; readonly message: string } {
    const number = this.#store.nextNumber(plan.source.name);
    const name = reproductionName(plan.source.name, number);
    const submitted = this.#training.submit({ ...plan.request, TrainingJobName: name }, plan.pins, submitter);
    if (submitted.kind === "refused") return submitted;
    this.#store.add(name, plan.source.name, number, this.#clock.now().getTime());
    return { kind: "started", name, arn: submitted.arn };
  }

  describe(name: string): ReproductionState | undefined {
    const sourceName = this.#store.sourceOf(name);
    const job = this.#training.get(name);
    if (sourceName === undefined || job === undefined) return undefined;
    const source = this.#training.get(sourceName);
    const sourceSha256 = source && modelOf(source)?.sha256;
    const reproducedSha256 = modelOf(job)?.sha256;
    return {
      name,
      source: sourceName,
      status: job.status,
      ...(job.failureReason === undefined ? {} : { failureReason: job.failureReason }),
      ...(sourceSha256 === undefined ? {} : { sourceSha256 }),
      ...(reproducedSha256 === undefined ? {} : { reproducedSha256 }),
      ...(sourceSha256 === undefined || reproducedSha256 === undefined || job.status !== "Completed"
        ? {}
        : { isIdentical: sourceSha256 === reproducedSha256 }),
    };
  }
}

const nameCharactersMax = 63;

/** `<name>-reproduction-<n>`, with the name cut where the limit of a job's name asks for it. */
function reproductionName(source: string, number: number): string {
  const suffix = `-reproduction-${number}`;
  return source.slice(0, nameCharactersMax - suffix.length).replace(/-+$/, "") + suffix;
}
