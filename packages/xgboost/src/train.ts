import { setImmediate as nextTurn } from "node:timers/promises";
import { Booster, type Score } from "./booster.ts";
import type { DMatrix } from "./dmatrix.ts";
import { metricDirection } from "./hyperparameters.ts";
import { XgboostError, type XgboostLibrary } from "./library.ts";

export interface Dataset {
  readonly name: string;
  readonly matrix: DMatrix;
}

/** Where a training that may be killed leaves what it has. */
export interface Checkpoints {
  /** Rounds between two checkpoints. */
  readonly every: number;
  /** Keeps the model after round `iteration` (from 0) and says under which path it now lies. The name ends in .json
   *  or not at all as the caller likes; `loadPath` must end in .json. */
  readonly save: (iteration: number, model: Uint8Array) => { readonly loadPath: string };
  /** The checkpoint to go on from. */
  readonly resume?: { readonly iteration: number; readonly model: Uint8Array; readonly loadPath: string };
}

export interface TrainOptions {
  readonly parameters: readonly (readonly [string, string])[];
  readonly metrics: readonly string[];
  readonly rounds: number;
  readonly seed: number;
  readonly train: Dataset;
  /** Evaluated after each round, in this order; early stopping watches the last one. */
  readonly evaluate: readonly Dataset[];
  readonly earlyStoppingRounds?: number;
  readonly checkpoints?: Checkpoints;
  readonly onRound?: (iteration: number, scores: readonly Score[]) => void;
  /** Ends the training after the round that is running. */
  readonly signal?: AbortSignal;
}

export interface Trained {
  readonly booster: Booster;
  readonly rounds: number;
  readonly ended: "all-rounds" | "early-stopping" | "stopped";
  /** Set where early stopping watched: the model is that of the best round. */
  readonly bestIteration?: number;
}

/**
 * Boosts round after round on the calling thread and lets the event loop turn between rounds, so that a signal is
 * heard. The caller disposes of the booster.
 *
 * With checkpoints, every checkpoint is also a boundary of the training that is never interrupted: the booster is
 * loaded anew and seeded with a number of its own. That is what makes "killed and resumed" and "never killed" the same
 * bytes although the library keeps its random numbers nowhere. Without checkpoints it is plain XGBoost.
 * @throws XgboostError for what the library refuses
 */
export async function train(library: XgboostLibrary, options: TrainOptions): Promise<Trained> {
  const matrices = [options.train.matrix, ...options.evaluate.map(({ matrix }) => matrix)];
  const resume = options.checkpoints?.resume;
  let booster =
    resume === undefined
      ? Booster.create(library, parametersFrom(options, 0), matrices)
      : Booster.resume(library, {
          bytes: resume.model,
          path: resume.loadPath,
          parameters: parametersFrom(options, resume.iteration + 1),
          matrices,
        });
  try {
    const watch = earlyStopping(options, booster);
    let iteration = resume === undefined ? 0 : resume.iteration + 1;
    for (; iteration < options.rounds && watch?.over !== true; iteration += 1) {
      if (options.signal?.aborted === true) break;
      booster.update(iteration, options.train.matrix);
      const scores = options.evaluate.length === 0 ? [] : booster.evaluate(iteration, options.evaluate);
      options.onRound?.(iteration, scores);
      watch?.see(iteration, scores, booster);
      const { checkpoints } = options;
      if (checkpoints !== undefined && (iteration + 1) % checkpoints.every === 0 && iteration + 1 < options.rounds) {
        booster = boundary(library, booster, options, checkpoints, iteration, matrices);
      }
      await nextTurn();
    }
    const ended = watch?.over === true ? "early-stopping" : iteration < options.rounds ? "stopped" : "all-rounds";
    const best = watch?.bestIteration;
    if (best !== undefined && best + 1 < booster.rounds) booster = replaced(booster, booster.slice(best + 1));
    const last = booster.rounds - 1;
    if (last >= 0) {
      // Python's xgboost.train leaves these two behind, and readers of its models look for them.
      booster.setAttribute("best_iteration", String(best ?? last));
      booster.setAttribute("best_ntree_limit", String((last + 1) * parallelTrees(options)));
    }
    return { booster, rounds: last + 1, ended, ...(best === undefined ? {} : { bestIteration: best }) };
  } catch (error) {
    booster[Symbol.dispose]();
    throw error;
  }
}

function parametersFrom(options: TrainOptions, iteration: number): (readonly [string, string])[] {
  // 7919 is a prime: neighbouring jobs' seeds do not meet each other's segments soon.
  const seed = (options.seed + iteration * 7919) % 2 ** 31;
  return [
    ...options.parameters.filter(([name]) => name !== "seed"),
    ["seed", String(seed)],
    ...options.metrics.map((metric) => ["eval_metric", metric] as const),
  ];
}

function boundary(
  library: XgboostLibrary,
  booster: Booster,
  options: TrainOptions,
  checkpoints: Checkpoints,
  iteration: number,
  matrices: readonly DMatrix[],
): Booster {
  const bytes = booster.save("json");
  const { loadPath } = checkpoints.save(iteration, bytes);
  const next = Booster.resume(library, {
    bytes,
    path: loadPath,
    parameters: parametersFrom(options, iteration + 1),
    matrices,
  });
  return replaced(booster, next);
}

function replaced(old: Booster, next: Booster): Booster {
  old[Symbol.dispose]();
  return next;
}

function parallelTrees(options: TrainOptions): number {
  return Number(options.parameters.find(([name]) => name === "num_parallel_tree")?.[1] ?? 1);
}

interface Watch {
  readonly bestIteration: number | undefined;
  readonly over: boolean;
  see(iteration: number, scores: readonly Score[], booster: Booster): void;
}

/** Watches the last metric of the last data set, as Python's xgboost does; its state rests in the model's attributes. */
function earlyStopping(options: TrainOptions, booster: Booster): Watch | undefined {
  const patience = options.earlyStoppingRounds;
  if (patience === undefined) return undefined;
  if (options.evaluate.length === 0) throw new XgboostError("early stopping needs data to evaluate on");
  const [kept, keptScore] = [booster.attribute("best_iteration"), booster.attribute("best_score")];
  let bestIteration = kept === undefined ? undefined : Number(kept);
  let bestScore = keptScore === undefined ? undefined : Number(keptScore);
  let over = false;
  return {
    get bestIteration() {
      return bestIteration;
    },
    get over() {
      return over;
    },
    see(iteration, scores, current) {
      const score = scores.at(-1);
      if (score === undefined) return;
      const sign = metricDirection(score.metric) === "maximise" ? 1 : -1;
      if (bestScore === undefined || sign * score.value > sign * bestScore) {
        bestScore = score.value;
        bestIteration = iteration;
        current.setAttribute("best_iteration", String(iteration));
        current.setAttribute("best_score", String(score.value));
      }
      over = iteration - (bestIteration ?? iteration) >= patience;
    },
  };
}
