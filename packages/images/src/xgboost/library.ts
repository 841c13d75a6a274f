import { existsSync } from "node:fs";
import { loadLibrary, type XgboostLibrary } from "@strongroom/xgboost";

/** Where the image brings XGBoost's library; elsewhere, as in tests, the system's own is found. */
const brought = "/opt/strongroom/lib/libxgboost.so.0";

export function openLibrary(threadsMax: number): XgboostLibrary {
  return loadLibrary(existsSync(brought) ? { path: brought, threadsMax } : { threadsMax });
}
