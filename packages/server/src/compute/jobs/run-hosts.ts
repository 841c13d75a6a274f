import type { Cluster, Enclosed } from "../enclosure/index.ts";
import { limitsOf } from "../enclosure/index.ts";
import type { ResolvedImage } from "../images/index.ts";
import { escapeControls } from "../logs/index.ts";
import type { LineWriter } from "../logs/index.ts";
import type { Sandbox, SandboxExit } from "../sandbox/index.ts";
import type { JobPlan } from "./job-plan.ts";
import { metricReader } from "./metrics.ts";
import { watchOver } from "./watch-over.ts";
import type { Ending } from "./watch-over.ts";

export interface HostsRun {
  readonly plan: JobPlan;
  readonly image: ResolvedImage;
  readonly signal: AbortSignal;
  /** Where what a host says is written. */
  openLog(hostName: string): LineWriter;
  now(): number;
}

/** How the containers of a job ended, all of them together. */
export interface HostsEnding {
  readonly kind: Ending["kind"];
  /** The host that failed first; the others were ended because of it. */
  readonly failed?: { readonly host: Enclosed; readonly exit: SandboxExit };
  readonly metrics: ReturnType<ReturnType<typeof metricReader>["values"]>;
}

/**
 * Runs the job's container on each of its hosts. One that fails ends them all, and so does the end of the
 * encrypted way between them or of a volume.
 */
export async function runHosts(run: HostsRun, { hosts, broken }: Cluster): Promise<HostsEnding> {
  await using made = new AsyncDisposableStack();
  const metrics = metricReader(run.plan.metrics, run.image.isManagedAlgorithm);
  const started: { host: Enclosed; sandbox: Sandbox }[] = [];
  for (const host of hosts) {
    const log = made.use(run.openLog(host.hostName));
    const onOutput = (line: string): void => {
      log.line(escapeControls(line));
      metrics.line(line, run.now());
    };
    started.push({ host, sandbox: made.use(await startOn(host, run, onOutput)) });
  }
  const endAll = (): void => started.forEach(({ sandbox }) => sandbox.kill("SIGKILL"));
  void broken.then(endAll);
  let failed: HostsEnding["failed"];
  const endings = await Promise.all(
    started.map(async ({ host, sandbox }) => {
      const { kind, exit } = await watchOver(sandbox, run.plan.maxRuntimeSeconds, run.signal);
      if (kind !== "exited" || exit.code === 0) return kind;
      failed ??= { host, exit };
      endAll();
      return kind;
    }),
  );
  const kind = endings.find((one) => one === "max-runtime-exceeded") ?? endings.find((one) => one === "stopped");
  const rest = { metrics: metrics.values(), ...(failed === undefined ? {} : { failed }) };
  return { kind: failed === undefined ? (kind ?? "exited") : "exited", ...rest };
}

async function startOn(host: Enclosed, { plan, image }: HostsRun, onOutput: (line: string) => void): Promise<Sandbox> {
  return await host.start({
    image: plan.entrypoint === undefined ? image.spec : { ...image.spec, argv: plan.entrypoint },
    args: plan.args,
    environment: plan.environment,
    limits: limitsOf(plan.instanceType) ?? {},
    onOutput,
  });
}
