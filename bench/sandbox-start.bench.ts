/**
 * A sandbox with all its walls (control groups, network namespace, encrypted volume, seccomp filter,
 * a user of its own), from start to the end of `/bin/true` in it, against a bare `bwrap --unshare-all`.
 * Network and volume are a job's, not a sandbox's: they stand before, and are measured for themselves.
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  instanceIdOf,
  networkMigrations,
  openNetworks,
  openSandboxes,
  openVolumes,
} from "../packages/server/src/compute/index.ts";
import { openDb, systemClock } from "../packages/server/src/platform/index.ts";
import { bound, interleaved, median, tell, tellMachine, timed } from "./measure.ts";

const rounds = 30;
const timesMax = 2.5;

tellMachine("sandbox-start");
await using made = new AsyncDisposableStack();
const folder = await mkdtemp(join(tmpdir(), "strongroom-bench-"));
made.defer(() => rm(folder, { recursive: true }));
const db = made.use(openDb(join(folder, "metadata.db"), randomBytes(32)));
db.migrate(networkMigrations);
const instanceId = instanceIdOf(folder);
// No endpoint is made here, so no policy names anybody.
const policyPrincipals = {
  bound: (document: string) => ({ kind: "bound", document }) as const,
  told: (document: string) => document,
};
const place = { instanceId, region: "us-east-1", clock: systemClock };
const networks = made.use(await openNetworks(db, { ...place, services: [], policyPrincipals }));
const sandboxes = made.use(await openSandboxes({ instanceId, folder, trustedCertificatesPem: "" }));
const volumes = made.use(await openVolumes({ folder: join(folder, "volumes") }));

let owners = 0;
const attach = async () => made.adopt(await networks.attachments.isolated(owner()), (network) => network.detach());
const mount = async () => made.use(await volumes.create({ ownerId: owner(), dataKey: randomBytes(32), sizeGiB: 1 }));
const network = await attach();
const volume = await mount();

const taken = await interleaved(rounds, {
  bare: () => timed(bareBubblewrap),
  sandbox: () => timed(sandbox),
});
const around = await interleaved(5, { network: () => timed(attach), volume: () => timed(mount) });
tell("bwrap --unshare-all /bin/true", taken.bare);
tell("a sandbox's /bin/true", taken.sandbox);
tell("  beside it: a network of its own", around.network);
tell("  beside it: an encrypted volume", around.volume);
const times = median(taken.sandbox) / median(taken.bare);
bound(`a sandbox starts in less than ${timesMax} times the time`, times.toFixed(2), times < timesMax);

function owner(): string {
  owners += 1;
  return `bench-${owners}`;
}

async function sandbox(): Promise<void> {
  await using started = await sandboxes.start({
    image: { binds: [], argv: ["/bin/true"], env: {} },
    netns: network.netns,
    volumeRoot: volume.path,
    args: [],
    environment: {},
    limits: { memoryBytes: 512 * 1024 * 1024, cpus: 2, pids: 64 },
    onOutput: () => undefined,
  });
  const { code, reason } = await started.exit;
  if (code !== 0) throw new Error(`the sandbox ended with ${code ?? reason ?? "nothing"}`);
}

function bareBubblewrap(): Promise<void> {
  const walls = ["--unshare-all", "--ro-bind", "/usr", "/usr", "--symlink", "usr/lib", "/lib"];
  const child = spawn("/usr/bin/bwrap", [...walls, "--symlink", "usr/lib64", "/lib64", "/usr/bin/true"], {
    stdio: "ignore",
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`bwrap ended with ${code ?? "a signal"}`));
    });
  });
}
