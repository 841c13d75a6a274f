/**
 * The managed XGBoost image: `node main.ts train` or `node main.ts serve`, with the /opt/ml contract of SageMaker's
 * training and serving containers. It reads and writes nothing outside of that folder and the temporary one.
 */
import { JobFailure } from "./contract.ts";
import { serve } from "./serve.ts";
import { train } from "./train.ts";

const root = "/opt/ml";
const port = 8080;

async function main(program: string): Promise<void> {
  const stop = new AbortController();
  process.once("SIGTERM", () => stop.abort());
  switch (program) {
    case "train": {
      const print = (line: string): unknown => process.stdout.write(`${line}\n`);
      process.exitCode = await train({ root, print, signal: stop.signal });
      return;
    }
    case "serve": {
      const server = await serve({ root, port });
      process.stdout.write(`[INFO] serving on port ${port}\n`);
      stop.signal.addEventListener("abort", () => {
        server.close();
        server.closeIdleConnections();
      });
      return;
    }
    default:
      process.stderr.write(`usage: main.ts train | serve\n`);
      process.exitCode = 2;
  }
}

try {
  await main(process.argv[2] ?? "");
} catch (error) {
  const known = error instanceof JobFailure;
  process.stderr.write(`[ERROR] ${known ? error.message : String(error instanceof Error ? error.stack : error)}\n`);
  process.exitCode = 1;
}
