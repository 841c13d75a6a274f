/**
 * The image `sagemaker-clarify-processing`: explains the answers of an XGBoost model, as analysis_config.json says. It
 * reads and writes nothing outside of /opt/ml.
 */
import { existsSync } from "node:fs";
import { loadLibrary } from "@strongroom/xgboost";
import { clarify } from "./clarify.ts";

/** Where the image brings XGBoost's library. */
const brought = "/opt/strongroom/lib/libxgboost.so.0";
const threadsMax = 2;

process.exitCode = await clarify({
  root: "/opt/ml",
  library: () => loadLibrary(existsSync(brought) ? { path: brought, threadsMax } : { threadsMax }),
  print: (line) => process.stdout.write(`${line}\n`),
});
