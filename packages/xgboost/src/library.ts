import { existsSync } from "node:fs";
import koffi, { type LibraryHandle } from "koffi";

/** A call into XGBoost that the library refused, or a handle that was used after it was freed. */
export class XgboostError extends Error {
  override readonly name = "XgboostError";
}

type Out<T> = [T];
type Pointer = bigint | null;

/** The C functions that this binding uses, as koffi calls them. Every one answers 0 or -1. */
export interface NativeCalls {
  readonly version: (major: Out<number>, minor: Out<number>, patch: Out<number>) => void;
  readonly lastError: () => string;
  readonly matrixFromMat: (
    data: Float32Array,
    rows: number,
    columns: number,
    missing: number,
    out: Out<Pointer>,
  ) => number;
  readonly matrixSetFloats: (matrix: Pointer, field: string, values: Float32Array, length: number) => number;
  readonly matrixFree: (matrix: Pointer) => number;
  readonly boosterCreate: (matrices: Pointer[], length: number, out: Out<Pointer>) => number;
  readonly boosterFree: (booster: Pointer) => number;
  readonly boosterSetParam: (booster: Pointer, name: string, value: string) => number;
  readonly boosterUpdate: (booster: Pointer, iteration: number, matrix: Pointer) => number;
  readonly boosterEval: (
    booster: Pointer,
    iteration: number,
    matrices: Pointer[],
    names: string[],
    length: number,
    out: Out<string>,
  ) => number;
  readonly boosterSave: (booster: Pointer, config: string, length: Out<number | bigint>, out: Out<Pointer>) => number;
  readonly boosterLoadFile: (booster: Pointer, path: string) => number;
  readonly boosterLoadBuffer: (booster: Pointer, bytes: Uint8Array, length: number) => number;
  readonly boosterSlice: (booster: Pointer, begin: number, end: number, step: number, out: Out<Pointer>) => number;
  readonly boosterRounds: (booster: Pointer, out: Out<number>) => number;
  readonly boosterFeatures: (booster: Pointer, out: Out<number | bigint>) => number;
  readonly boosterSetAttribute: (booster: Pointer, name: string, value: string) => number;
  readonly boosterGetAttribute: (booster: Pointer, name: string, out: Out<string | null>, found: Out<number>) => number;
  readonly boosterPredict: (
    booster: Pointer,
    matrix: Pointer,
    config: string,
    shape: Out<Pointer>,
    dimensions: Out<number | bigint>,
    values: Out<Pointer>,
  ) => number;
}

/** XGBoost's shared library, loaded into this process. */
export interface XgboostLibrary {
  readonly path: string;
  /** e.g. "1.7.4" */
  readonly version: string;
  readonly calls: NativeCalls;
}

/** Where distributions put the library, in the order in which it is looked for. */
export const libraryPaths: readonly string[] = [
  "/usr/lib/x86_64-linux-gnu/libxgboost.so.0",
  "/usr/lib/aarch64-linux-gnu/libxgboost.so.0",
  "/usr/lib64/libxgboost.so",
  "/usr/lib/libxgboost.so",
  "/usr/local/lib/libxgboost.so",
];

const loaded = new Map<string, XgboostLibrary>();

/**
 * Loads libxgboost into this process and checks that it is a 1.7.
 *
 * @param options.path the shared object; without it `libraryPaths` is searched.
 * @param options.threadsMax bounds OpenMP's pool (OMP_NUM_THREADS). Some metrics sort with all of OpenMP's threads
 *   whatever `nthread` says, so only this bounds them. It counts for the first load of a process.
 * @throws XgboostError when no library is found, it cannot be loaded, or its version is not 1.7.
 */
export function loadLibrary(options: { readonly path?: string; readonly threadsMax?: number } = {}): XgboostLibrary {
  const path = options.path ?? libraryPaths.find((candidate) => existsSync(candidate));
  if (path === undefined) {
    throw new XgboostError(`XGBoost's library was not found; looked for ${libraryPaths.join(", ")}`);
  }
  const known = loaded.get(path);
  if (known !== undefined) return known;
  // Threads that spin while they wait cost a busy machine half of its speed. OpenMP reads both when it is loaded.
  process.env["OMP_WAIT_POLICY"] = "passive";
  if (options.threadsMax !== undefined) process.env["OMP_NUM_THREADS"] = String(options.threadsMax);
  let calls: NativeCalls;
  try {
    calls = bind(koffi.load(path));
  } catch (error) {
    throw new XgboostError(`${path} could not be loaded: ${error instanceof Error ? error.message : String(error)}`);
  }
  const [major, minor, patch]: [Out<number>, Out<number>, Out<number>] = [[0], [0], [0]];
  calls.version(major, minor, patch);
  const version = `${major[0]}.${minor[0]}.${patch[0]}`;
  if (major[0] !== 1 || minor[0] !== 7) {
    throw new XgboostError(`${path} is XGBoost ${version}; this binding is written and measured for 1.7`);
  }
  const library = { path, version, calls };
  loaded.set(path, library);
  return library;
}

/** Throws what the library says about the call that just failed: its first line, the rest is a stack trace. */
export function check(library: XgboostLibrary, status: number): void {
  if (status === 0) return;
  const [first = ""] = library.calls.lastError().split("\n");
  // "[06:31:07] ./src/objective/regression_obj.cu:123: Check failed: … : label must be in [0,1]"
  const said = first.replace(/^\[[\d:]+\]\s+\S+:\d+:\s*/, "").replace(/^Check failed: .*?: (?=\S)/, "");
  throw new XgboostError(said.trim() === "" ? "XGBoost refused the call without saying why" : said.trim());
}

function bind(native: LibraryHandle): NativeCalls {
  const bound = <F>(prototype: string): F => native.func(prototype) as unknown as F;
  return {
    version: bound("void XGBoostVersion(_Out_ int *major, _Out_ int *minor, _Out_ int *patch)"),
    lastError: bound("const char *XGBGetLastError()"),
    matrixFromMat: bound(
      "int XGDMatrixCreateFromMat(const float *data, uint64_t nrow, uint64_t ncol, float missing, _Out_ void **out)",
    ),
    matrixSetFloats: bound("int XGDMatrixSetFloatInfo(void *h, const char *field, const float *values, uint64_t len)"),
    matrixFree: bound("int XGDMatrixFree(void *h)"),
    boosterCreate: bound("int XGBoosterCreate(void **matrices, uint64_t len, _Out_ void **out)"),
    boosterFree: bound("int XGBoosterFree(void *h)"),
    boosterSetParam: bound("int XGBoosterSetParam(void *h, const char *name, const char *value)"),
    boosterUpdate: bound("int XGBoosterUpdateOneIter(void *h, int iter, void *matrix)"),
    boosterEval: bound(
      "int XGBoosterEvalOneIter(void *h, int iter, void **ms, const char **names, uint64_t len, _Out_ const char **out)",
    ),
    boosterSave: bound(
      "int XGBoosterSaveModelToBuffer(void *h, const char *config, _Out_ uint64_t *len, _Out_ void **out)",
    ),
    boosterLoadFile: bound("int XGBoosterLoadModel(void *h, const char *path)"),
    boosterLoadBuffer: bound("int XGBoosterLoadModelFromBuffer(void *h, const void *bytes, uint64_t len)"),
    boosterSlice: bound("int XGBoosterSlice(void *h, int begin, int end, int step, _Out_ void **out)"),
    boosterRounds: bound("int XGBoosterBoostedRounds(void *h, _Out_ int *out)"),
    boosterFeatures: bound("int XGBoosterGetNumFeature(void *h, _Out_ uint64_t *out)"),
    boosterSetAttribute: bound("int XGBoosterSetAttr(void *h, const char *name, const char *value)"),
    boosterGetAttribute: bound(
      "int XGBoosterGetAttr(void *h, const char *name, _Out_ const char **out, _Out_ int *found)",
    ),
    boosterPredict: bound(
      "int XGBoosterPredictFromDMatrix(void *h, void *matrix, const char *config, _Out_ void **shape, _Out_ uint64_t *dim, _Out_ void **values)",
    ),
  };
}
