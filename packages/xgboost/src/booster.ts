import koffi from "koffi";
import { DMatrix } from "./dmatrix.ts";
import { NativeHandle } from "./handle.ts";
import { check, XgboostError, type XgboostLibrary } from "./library.ts";
import { readModel } from "./model-structure.ts";

/** One metric of one data set after a round, as the library wrote it (17 digits). */
export interface Score {
  readonly dataset: string;
  readonly metric: string;
  readonly value: number;
}

/** What a prediction gives: `values` row after row, `perRow` of them to a row. */
export interface Prediction {
  readonly values: Float32Array;
  readonly rows: number;
  readonly perRow: number;
}

const predictionTypes = { value: 0, margin: 1, contributions: 2 } as const;

/**
 * A model in the library's memory. All calls are synchronous and belong on the thread that made it: the library keeps
 * caches, its random numbers and its last error by thread.
 */
export class Booster implements Disposable, AsyncDisposable {
  readonly #library: XgboostLibrary;
  readonly #handle: NativeHandle;

  private constructor(library: XgboostLibrary, pointer: bigint | null) {
    this.#library = library;
    this.#handle = new NativeHandle("Booster", pointer, library.calls.boosterFree);
  }

  /** A model without trees. The matrices it is going to be trained and evaluated on are cached by the library. */
  static create(
    library: XgboostLibrary,
    parameters: readonly (readonly [string, string])[],
    matrices: readonly DMatrix[] = [],
  ): Booster {
    const pointers = matrices.map((matrix) => DMatrix.pointerOf(matrix));
    const out: [bigint | null] = [null];
    check(library, library.calls.boosterCreate(pointers, pointers.length, out));
    const booster = new Booster(library, out[0]);
    for (const [name, value] of parameters) booster.#set(name, value);
    return booster;
  }

  /**
   * A model from its bytes (JSON or UBJSON). The trees are checked first, since the library crashes or hangs on trees
   * that point outside of themselves.
   * @throws XgboostError naming what is wrong with the bytes
   */
  static fromBytes(library: XgboostLibrary, bytes: Uint8Array, matrices: readonly DMatrix[] = []): Booster {
    const read = readModel(bytes);
    if (read.kind === "refused") throw new XgboostError(read.message);
    const booster = Booster.create(library, [], matrices);
    try {
      check(library, library.calls.boosterLoadBuffer(booster.#handle.pointer, bytes, bytes.length));
    } catch (error) {
      booster[Symbol.dispose]();
      throw error;
    }
    return booster;
  }

  /**
   * A model to train on with. Loading it from a file leaves the library's random numbers unseeded until the first
   * update, loading it from bytes does not: only this way does a resumed training repeat itself in every process.
   * @param bytes what the file holds; checked before the library reads it
   * @param path a file whose name ends in .json
   */
  static resume(
    library: XgboostLibrary,
    x: {
      readonly bytes: Uint8Array;
      readonly path: string;
      readonly parameters: readonly (readonly [string, string])[];
      readonly matrices: readonly DMatrix[];
    },
  ): Booster {
    const read = readModel(x.bytes);
    if (read.kind === "refused") throw new XgboostError(read.message);
    const booster = Booster.create(library, [], x.matrices);
    try {
      check(library, library.calls.boosterLoadFile(booster.#handle.pointer, x.path));
      for (const [name, value] of x.parameters) booster.#set(name, value);
    } catch (error) {
      booster[Symbol.dispose]();
      throw error;
    }
    return booster;
  }

  /** Boosting rounds so far. */
  get rounds(): number {
    const out: [number] = [0];
    check(this.#library, this.#library.calls.boosterRounds(this.#handle.pointer, out));
    return out[0];
  }

  /** Columns that the model was trained on. */
  get features(): number {
    const out: [number | bigint] = [0];
    check(this.#library, this.#library.calls.boosterFeatures(this.#handle.pointer, out));
    return Number(out[0]);
  }

  /** Adds the trees of one round. */
  update(iteration: number, matrix: DMatrix): void {
    check(this.#library, this.#library.calls.boosterUpdate(this.#handle.pointer, iteration, DMatrix.pointerOf(matrix)));
  }

  /** The configured metrics on each data set. */
  evaluate(iteration: number, datasets: readonly { readonly name: string; readonly matrix: DMatrix }[]): Score[] {
    const pointers = datasets.map(({ matrix }) => DMatrix.pointerOf(matrix));
    const names = datasets.map(({ name }) => name);
    const out: [string] = [""];
    check(
      this.#library,
      this.#library.calls.boosterEval(this.#handle.pointer, iteration, pointers, names, names.length, out),
    );
    return readScores(out[0], names);
  }

  /** The model's bytes: the same trees give the same bytes. */
  save(format: "json" | "ubj" = "json"): Uint8Array {
    const length: [number | bigint] = [0];
    const out: [bigint | null] = [null];
    check(this.#library, this.#library.calls.boosterSave(this.#handle.pointer, `{"format":"${format}"}`, length, out));
    // The buffer is the library's and the next call writes over it.
    return new Uint8Array(koffi.view(out[0], Number(length[0])).slice(0));
  }

  /** The model of the first `rounds` rounds. */
  slice(rounds: number): Booster {
    const out: [bigint | null] = [null];
    check(this.#library, this.#library.calls.boosterSlice(this.#handle.pointer, 0, rounds, 1, out));
    return new Booster(this.#library, out[0]);
  }

  setAttribute(name: string, value: string): void {
    check(this.#library, this.#library.calls.boosterSetAttribute(this.#handle.pointer, name, value));
  }

  attribute(name: string): string | undefined {
    const out: [string | null] = [null];
    const found: [number] = [0];
    check(this.#library, this.#library.calls.boosterGetAttribute(this.#handle.pointer, name, out, found));
    return found[0] === 1 && out[0] !== null ? out[0] : undefined;
  }

  /** What the objective answers (probabilities for binary:logistic). */
  predict(matrix: DMatrix): Prediction {
    return this.#predict(matrix, "value");
  }

  /** The sum of the leaves and the base margin, before the objective's link function. */
  margins(matrix: DMatrix): Prediction {
    return this.#predict(matrix, "margin");
  }

  /**
   * Exact tree SHAP (Lundberg et al., "Consistent Individualized Feature Attribution for Tree Ensembles", 2018):
   * for each row and output group one value for each feature, then the expected margin; they add up to the margin.
   */
  contributions(matrix: DMatrix): Prediction {
    return this.#predict(matrix, "contributions");
  }

  [Symbol.dispose](): void {
    this.#handle[Symbol.dispose]();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this[Symbol.dispose]();
    return Promise.resolve();
  }

  #set(name: string, value: string): void {
    check(this.#library, this.#library.calls.boosterSetParam(this.#handle.pointer, name, value));
  }

  #predict(matrix: DMatrix, type: keyof typeof predictionTypes): Prediction {
    const pointer = DMatrix.pointerOf(matrix);
    const features = this.features;
    // The library takes a matrix with too few columns and calls the others missing.
    if (matrix.columns !== features) {
      throw new XgboostError(`the model was trained on ${features} columns, the data has ${matrix.columns}`);
    }
    const config = JSON.stringify({
      type: predictionTypes[type],
      training: false,
      iteration_begin: 0,
      iteration_end: 0,
      strict_shape: true,
    });
    const [shape, dimensions, values]: [[bigint | null], [number | bigint], [bigint | null]] = [[null], [0], [null]];
    check(
      this.#library,
      this.#library.calls.boosterPredict(this.#handle.pointer, pointer, config, shape, dimensions, values),
    );
    const sizes = Array.from(new BigUint64Array(koffi.view(shape[0], Number(dimensions[0]) * 8).slice(0)), Number);
    const count = sizes.reduce((product, size) => product * size, 1);
    const copy = new Float32Array(koffi.view(values[0], count * 4).slice(0));
    return { values: copy, rows: matrix.rows, perRow: count / matrix.rows };
  }
}

/** Reads "[3]\ttrain-auc:0.81\tvalidation-auc:0.78". A data set's name may hold dashes, so it is matched, not cut. */
function readScores(text: string, datasets: readonly string[]): Score[] {
  return text
    .trim()
    .split("\t")
    .slice(1)
    .map((field) => {
      const colon = field.lastIndexOf(":");
      const key = field.slice(0, colon);
      const dataset = datasets.find((name) => key.startsWith(`${name}-`));
      if (colon === -1 || dataset === undefined) throw new XgboostError(`the library reported "${field}"`);
      return { dataset, metric: key.slice(dataset.length + 1), value: Number(field.slice(colon + 1)) };
    });
}
