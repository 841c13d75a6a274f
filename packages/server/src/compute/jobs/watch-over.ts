import type { Sandbox, SandboxExit } from "../sandbox/index.ts";

/** How a container ended: by itself, because it was asked to, or because its time was over. */
export interface Ending {
  readonly kind: "exited" | "stopped" | "max-runtime-exceeded";
  readonly exit: SandboxExit;
}

/** The reason of a signal that ends a run because the server ends: nothing is waited for. */
export const serverEnds = Symbol("the server ends");

/** SageMaker's `docker stop -t 120`. */
const graceMs = 120_000;
const timerMsMax = 2 ** 31 - 1;

/**
 * Waits for the container's end. Asked to stop, or after `maxRuntimeSeconds`, it gets SIGTERM and 120 s
 * later SIGKILL.
 */
export async function watchOver(sandbox: Sandbox, maxRuntimeSeconds: number, signal: AbortSignal): Promise<Ending> {
  let kind: Ending["kind"] = "exited";
  let kill: NodeJS.Timeout | undefined;
  const end = (why: Ending["kind"]): void => {
    if (kind !== "exited") return;
    kind = why;
    sandbox.kill("SIGTERM");
    kill = setTimeout(() => sandbox.kill("SIGKILL"), graceMs);
  };
  const stop = (): void => {
    end("stopped");
    if (signal.reason === serverEnds) sandbox.kill("SIGKILL");
  };
  const runtime = alarm(maxRuntimeSeconds * 1000, () => end("max-runtime-exceeded"));
  signal.addEventListener("abort", stop);
  if (signal.aborted) stop();
  try {
    const exit = await sandbox.exit;
    return { kind, exit };
  } finally {
    signal.removeEventListener("abort", stop);
    runtime[Symbol.dispose]();
    clearTimeout(kill);
  }
}

/** A timer that may be longer than the runtime's own, which end after 24 days. */
function alarm(afterMs: number, ring: () => void): Disposable {
  const due = Date.now() + afterMs;
  let timer: NodeJS.Timeout;
  const arm = (): void => {
    const leftMs = due - Date.now();
    timer = leftMs > timerMsMax ? setTimeout(arm, timerMsMax) : setTimeout(ring, leftMs);
  };
  arm();
  return { [Symbol.dispose]: () => clearTimeout(timer) };
}
