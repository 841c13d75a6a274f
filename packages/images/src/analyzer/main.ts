/**
 * The image `sagemaker-model-monitor-analyzer`: one analysis of a data set, as its processing job's environment says.
 * It reads and writes nothing outside of /opt/ml.
 */
import { analyze } from "./analyze.ts";

process.exitCode = analyze({ root: "/opt/ml", print: (line) => process.stdout.write(`${line}\n`) });
