import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ImageDefinition } from "@strongroom/images";
import {
  computeMigrations,
  EndpointStore,
  instanceIdOf,
  JobStore,
  LogStore,
  networkMigrations,
  openCredentialResponder,
  openEnclosures,
  openEndpoints,
  openImages,
  openJobs,
  openLogs,
  openNetworks,
  openSandboxes,
  openVolumes,
  probeHost,
  ResourceTags,
  whyNot,
  type CredentialResponder,
  type Endpoints,
  type HostReport,
  type Jobs,
  type Logs,
  type Networks,
  type TrainingJob,
} from "../compute/index.ts";
import { CannotStart } from "../data-folder.ts";
import type { Foundations } from "../foundations.ts";
import { captureTo } from "../monitoring/index.ts";
import { Experiments, ExperimentStore, Reproductions, ReproductionStore } from "../reproduction/index.ts";
import { endpointFacts, endpointServices } from "../vpc-listeners.ts";

export const computeStoreMigrations = [...networkMigrations, ...computeMigrations];

/** What runs things, and what keeps track of what ran. */
export interface Compute {
  readonly networks: Networks;
  readonly credentials: CredentialResponder;
  readonly jobs: Jobs;
  readonly endpoints: Endpoints;
  readonly logs: Logs;
  readonly resourceTags: ResourceTags;
  readonly experiments: Experiments;
  readonly reproductions: Reproductions<TrainingJob>;
  /** Takes up what an earlier server left; called once listeners stand in the networks. */
  begin(): void;
  readImagesAhead(): Promise<void>;
}

/** Opens networks, sandboxes and volumes, and jobs and endpoints on them. */
export async function assembleCompute(
  house: Foundations,
  definitions: readonly ImageDefinition[],
  making: AsyncDisposableStack,
): Promise<Compute> {
  const { config, clock, log, db, access, s3, encryption } = house;
  const { accountId, region, dataDir } = config;
  const report = await probeHost();
  refuseWithoutWalls(report);
  const encryptionFault = whyNot(report, "traffic-encryption");
  const instanceId = instanceIdOf(dataDir);
  const networks = making.use(
    await openNetworks(db, {
      ...{ instanceId, region, clock, services: endpointServices, policyPrincipals: access.policyPrincipals },
      ...(encryptionFault === undefined ? {} : { encryptionFault }),
    }),
  );
  const trustedCertificatesPem = readFileSync(house.certificates.caPath, "utf8");
  const sandboxes = making.use(
    await openSandboxes({ instanceId, folder: join(dataDir, "run"), trustedCertificatesPem }),
  );
  const volumes = making.use(await openVolumes({ folder: join(dataDir, "volumes"), reserve: house.reserve }));
  const credentials = making.use(openCredentialResponder(networks));
  const enclosures = openEnclosures({
    walls: { attachments: networks.attachments, volumes, sandboxes },
    roles: access,
    keys: encryption.dataKeys,
    credentials,
    region,
  });
  const logs = openLogs(new LogStore(db), { clock, log, reserve: house.reserve });
  const images = openImages(definitions);
  const means = { enclosures, images, objects: s3.store, logs, clock };
  const keyArnOf = (name: string) => encryption.keys.arnNamed(name);
  const jobs = making.use(
    openJobs(new JobStore(db), means, log, { region, accountId, atOnceMax: config.jobsAtOnceMax, keyArnOf }),
  );
  const openCapture = captureTo({ objects: s3.store, clock, log });
  const endpoints = making.use(
    openEndpoints(new EndpointStore(db), means, log, { region, accountId, openCapture, keyArnOf }),
  );
  const experiments = new Experiments(new ExperimentStore(db), clock, { region, accountId });
  const resourceTags = new ResourceTags(db);
  jobs.observe((job) => {
    const name = experiments.componentNameOf(job);
    const arn = `arn:aws:sagemaker:${region}:${accountId}:experiment-trial-component/${name}`;
    // ② a job's component carries the job's tags: who may not see the one does not see the other.
    if (experiments.component(name) === undefined) resourceTags.put(arn, job.request.Tags ?? []);
    experiments.track(job);
  });
  access.describeResources("ec2", (arn) => networks.facts(arn));
  access.describeVpcEndpoints((vpceId) => endpointFacts(networks.vpcEndpoints.get(vpceId), region));
  access.describeResources("logs", (arn) => ({ tags: logs.tags(arn.split(":")[6] ?? "") }));
  access.describeResources("sagemaker", (arn) => sagemakerFacts(resourceTags, arn));
  const training = {
    get: (name: string) => jobs.get("training", name),
    imageDigest: async (uri: string) => {
      const image = await images.resolve(uri);
      return "problem" in image ? image : image.digest;
    },
    submit: (
      request: TrainingJob["request"],
      pins: TrainingJob["pins"] & object,
      submitter: TrainingJob["submitter"],
    ) => submitted(jobs, request, pins, submitter),
  };
  const reproductions = new Reproductions<TrainingJob>(new ReproductionStore(db), training, clock);
  return {
    networks,
    credentials,
    jobs,
    endpoints,
    logs,
    resourceTags,
    experiments,
    reproductions,
    readImagesAhead: () => images.readAhead(),
    begin: () => {
      jobs.recover();
      endpoints.recover();
    },
  };
}

/** ② for policies about a resource's tags, which SageMaker tells under two names. */
function sagemakerFacts(resourceTags: ResourceTags, arn: string) {
  const tags = resourceTags.of(arn);
  return {
    tags: Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])),
    conditions: Object.fromEntries(tags.map(({ Key, Value }) => [`sagemaker:ResourceTag/${Key}`, Value])),
  };
}

function submitted(
  jobs: Jobs,
  request: TrainingJob["request"],
  pins: TrainingJob["pins"] & object,
  submitter: TrainingJob["submitter"],
): { readonly kind: "queued"; readonly arn: string } | { readonly kind: "refused"; readonly message: string } {
  const outcome = jobs.submit({ job: { kind: "training", request }, submitter, pins });
  if (outcome.kind === "queued") return { kind: "queued", arn: outcome.job.arn };
  return { kind: "refused", message: "message" in outcome ? outcome.message : `the job is refused: ${outcome.kind}` };
}

/** ① jobs run inside all walls or not at all; the message names each one that this host cannot hold. */
function refuseWithoutWalls(report: HostReport): void {
  const missing = report.flatMap((entry) =>
    entry.enforceable || !entry.needed ? [] : [`${entry.control} (${entry.whyNot})`],
  );
  if (missing.length > 0)
    throw new CannotStart(`this host cannot hold ${missing.join("; ")}; ./strongroom doctor says more`);
}
