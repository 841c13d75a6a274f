import { NativeHandle } from "./handle.ts";
import { check, XgboostError, type XgboostLibrary } from "./library.ts";

/** Rows of 32-bit numbers, row after row; NaN stands for a missing value. */
export interface Matrix {
  readonly values: Float32Array;
  readonly rows: number;
  readonly columns: number;
}

/** XGBoost's copy of a table. It lives outside of JavaScript's memory until it is disposed of. */
export class DMatrix implements Disposable, AsyncDisposable {
  readonly rows: number;
  readonly columns: number;
  readonly #library: XgboostLibrary;
  readonly #handle: NativeHandle;

  private constructor(library: XgboostLibrary, handle: NativeHandle, rows: number, columns: number) {
    this.#library = library;
    this.#handle = handle;
    this.rows = rows;
    this.columns = columns;
  }

  /**
   * @param matrix `rows` × `columns` values; the library copies them.
   * @param info one label, and if given one weight, for each row.
   * @throws XgboostError for lengths that do not fit, infinite features, or a label or weight that is not finite.
   */
  static create(
    library: XgboostLibrary,
    matrix: Matrix,
    info: { readonly labels?: Float32Array; readonly weights?: Float32Array } = {},
  ): DMatrix {
    const { values, rows, columns } = matrix;
    if (!Number.isSafeInteger(rows) || !Number.isSafeInteger(columns) || rows < 1 || columns < 1) {
      throw new XgboostError(`a matrix of ${rows} rows and ${columns} columns holds nothing`);
    }
    if (values.length !== rows * columns) {
      throw new XgboostError(`${values.length} values are not ${rows} rows of ${columns} columns`);
    }
    const out: [bigint | null] = [null];
    check(library, library.calls.matrixFromMat(values, rows, columns, NaN, out));
    const handle = new NativeHandle("DMatrix", out[0], library.calls.matrixFree);
    const made = new DMatrix(library, handle, rows, columns);
    try {
      if (info.labels !== undefined) made.#setFloats("label", info.labels);
      if (info.weights !== undefined) made.#setFloats("weight", info.weights);
    } catch (error) {
      handle[Symbol.dispose]();
      throw error;
    }
    return made;
  }

  /** The library's pointer, for the Booster. Throws for a freed matrix and for whatever is not a matrix. */
  static pointerOf(matrix: DMatrix): bigint {
    if (typeof matrix !== "object" || !(#handle in matrix)) throw new XgboostError("this is not a DMatrix");
    return matrix.#handle.pointer;
  }

  [Symbol.dispose](): void {
    this.#handle[Symbol.dispose]();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this[Symbol.dispose]();
    return Promise.resolve();
  }

  #setFloats(field: "label" | "weight", values: Float32Array): void {
    if (values.length !== this.rows) {
      throw new XgboostError(`${values.length} ${field}s were given for ${this.rows} rows`);
    }
    const bad = values.findIndex((value) => !Number.isFinite(value));
    if (bad !== -1) throw new XgboostError(`the ${field} of row ${bad + 1} is ${String(values[bad])}`);
    check(this.#library, this.#library.calls.matrixSetFloats(this.#handle.pointer, field, values, values.length));
  }
}
