import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { MessageSeries } from "@strongroom/envelope";
import { imagesOf } from "@strongroom/images";
import { crossOrigin } from "./apis/s3/cross-origin.ts";
import { openAccess, migrations as accessMigrations } from "./access/index.ts";
import { migrations as artifactMigrations, openRepositories, openS3 } from "./artifacts/index.ts";
import { anchorIn, migrations as auditMigrations, openTrail, type Trail } from "./audit/index.ts";
import { assembleCompute, computeStoreMigrations, type Compute } from "./assembly/compute.ts";
import { assembleServices } from "./assembly/services.ts";
import { detectionMigrations, openDetection, ruleNameOf } from "./detection/index.ts";
import type { Foundations, HouseParts } from "./foundations.ts";
import { CannotStart, holdFolder } from "./data-folder.ts";
import {
  hostNames,
  migrations as encryptionMigrations,
  openCertificates,
  openEncryption,
  type OperatorCertificate,
  type Seal,
} from "./encryption/index.ts";
import { actsForRules, answer, noteKeyDeeds, noteKeyUses, tlsListener, type Gate } from "./gateway/index.ts";
import { hostCertificate } from "./host-certificate.ts";
import { listenOn } from "./host-listener.ts";
import { DiskWatch } from "./disk-watch.ts";
import { filesOfDisk, openDb, type Db, type Files } from "./platform/index.ts";
import { reproductionMigrations } from "./reproduction/index.ts";
import { closeServer, peerOf, VpcListeners } from "./vpc-listeners.ts";
import { writeAdministrator } from "./first-start.ts";
import { liftGuardrails } from "./lift-guardrails.ts";
import { unseal } from "./unseal.ts";

/** A running environment. Disposing ends it in order: no more requests, jobs, networks, trail, database. */
export interface House extends AsyncDisposable {
  /** https://host:port */
  readonly endpoint: string;
  readonly caPath: string;
  /** Where the operator's own certificate is used: the names that it is shown for. */
  readonly certificateNames?: readonly string[];
  /** Every service with what is served of it and what is not. */
  readonly services: Gate["services"];
  /** Spends time now on what the first jobs would wait for. It answers meanwhile. */
  prepare(): Promise<void>;
  /** Resolves when the environment can no longer answer, with the reason. */
  readonly broken: Promise<unknown>;
}

const repositoryRoot = resolve(fileURLToPath(new URL("../../../", import.meta.url)));

/** Opens the environment of a data folder and answers when it listens. Throws CannotStart with what to mend. */
export async function openHouse(parts: HouseParts): Promise<House> {
  await using making = new AsyncDisposableStack();
  const { promise: broken, resolve: breakDown } = Promise.withResolvers<unknown>();
  const foundations = await layFoundations(parts, making, breakDown);
  const { config, clock, log } = parts;
  if (config.liftGuardrails === true) await liftGuardrails(foundations);
  writeAdministrator(foundations.db, foundations.access, config.administratorFile);
  const images = imagesOf({
    repository: repositoryRoot,
    runtime: join(repositoryRoot, ".runtime"),
    node: process.execPath,
  });
  const compute = await assembleCompute(foundations, images, making);
  const gate: Gate = {
    services: assembleServices(foundations, compute),
    access: foundations.access,
    trail: foundations.trail,
    repositories: foundations.repositories,
    crossOrigin: crossOrigin(foundations.s3.buckets),
    place: { region: config.region, accountId: config.accountId, clock },
    log,
  };
  making.use(await openVpcListeners(foundations, compute, gate));
  compute.begin();
  making.use(foundations.detection).begin(actsForRules(gate, foundations.access));
  making.use(foundations.s3.notices).begin();
  making.use(foundations.s3.lifecycle).begin();
  const operator = making.use((await hostCertificate(parts)) ?? null);
  const { endpoint, listening } = await listenOnHost(foundations, gate, operator);
  making.use(listening);
  const owned = making.move();
  return {
    endpoint,
    caPath: foundations.certificates.caPath,
    ...(operator && { certificateNames: operator.names }),
    services: gate.services,
    prepare: () => compute.readImagesAhead(),
    broken,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function layFoundations(
  parts: HouseParts,
  making: AsyncDisposableStack,
  breakDown: (cause: unknown) => void,
): Promise<Foundations> {
  const { config, clock, log } = parts;
  const { dataDir, accountId, region } = config;
  making.use(await holdFolder(dataDir));
  const seal = making.use(parts.seal ?? (await unseal(config)));
  const disk = new DiskWatch(breakDown);
  const files = filesOfDisk(disk.failed);
  const db = making.use(openDb(join(dataDir, "metadata.db"), seal.derive("metadata database"), disk.failed));
  db.migrate([
    ...auditMigrations,
    ...detectionMigrations,
    ...accessMigrations,
    ...encryptionMigrations,
    ...artifactMigrations,
    ...reproductionMigrations,
    ...computeStoreMigrations,
  ]);
  const trail = making.use(await openAudit(parts, seal, db, { breakDown, files }));
  disk.watches(trail);
  const access = making.use(
    openAccess({ db, clock, accountId, region, tokenKey: seal.derive("access keys and sessions") }),
  );
  const place = { accountId, region, clock };
  const notes = { noteKeyUse: noteKeyUses(trail, place), noteKeyDeed: noteKeyDeeds(trail, place) };
  const encryption = openEncryption({ db, seal, ...place, ...notes });
  const certificates = await openCertificates({ folder: dataDir, seal, clock });
  making.use(sweepHourly(() => encryption.keys.sweep()));
  const { dataKeys } = encryption;
  const s3 = await openS3({
    db,
    dataFolder: dataDir,
    clock,
    log,
    dataKeys,
    sseS3Key: seal.derive("objects under no key"),
    trail,
    region,
    accountId,
    files,
  });
  const repositories = making.use(
    openRepositories({
      ...{ db, ...place, dataFolder: dataDir, key: seal.derive("git repositories") },
      onSyncFailed: disk.failed,
    }),
  );
  access.describeResources("s3", (_arn, permission) => s3.facts(permission));
  access.describeResources("kms", encryption.keyFacts);
  const detection = openDetection({ db, trail, clock, log, region, accountId });
  access.describeResources("events", (arn) => {
    const name = ruleNameOf(config, arn);
    const rule = name === undefined ? undefined : detection.rules.find(name);
    return rule && { tags: rule.tags };
  });
  access.describeResources("codecommit", (arn) => {
    const repository = repositories.find(arn.slice(arn.lastIndexOf(":") + 1));
    return repository && { tags: repository.tags };
  });
  return { ...parts, db, seal, access, encryption, certificates, s3, repositories, trail, detection };
}

const sweepIntervalMs = 3_600_000;

/** ④ keys whose waiting time is over lose their material, whether anybody asks for them or not. */
function sweepHourly(sweep: () => void): Disposable {
  const timer = setInterval(sweep, sweepIntervalMs).unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** ⑤ a trail that was changed is not continued: the environment does not start on it. */
async function openAudit(
  { config, clock }: HouseParts,
  seal: Seal,
  db: Db,
  { breakDown, files }: { readonly breakDown: (cause: unknown) => void; readonly files: Files },
): Promise<Trail> {
  const opened = await openTrail({
    folder: join(config.dataDir, "audit"),
    sealer: new MessageSeries(seal.derive("audit trail")),
    anchor: anchorIn(db),
    clock,
    region: config.region,
    accountId: config.accountId,
    onBroken: breakDown,
    files,
  });
  if (opened.kind === "open") return opened.trail;
  throw new CannotStart(
    `the audit trail was changed: ${opened.segment ?? "the trail"}, record ${opened.record ?? "?"}: ${opened.problem}`,
  );
}

async function openVpcListeners(foundations: Foundations, compute: Compute, gate: Gate): Promise<VpcListeners> {
  const { certificates } = foundations;
  const listeners = new VpcListeners({
    networks: compute.networks,
    certificates,
    credentials: compute.credentials,
    gate,
  });
  await compute.networks.watch(listeners);
  return listeners;
}

async function listenOnHost(
  { config, certificates, log }: Foundations,
  gate: Gate,
  operator: OperatorCertificate | null,
): Promise<{ endpoint: string; listening: AsyncDisposable }> {
  const names = [...new Set([...hostNames, config.host])];
  const server = tlsListener({
    tls: { ...(await certificates.tlsOptions(names)), ...operator?.tlsOptions },
    originOf: (socket) => ({ kind: "host", sourceIp: peerOf(socket) }),
    carries: undefined,
    answer: (arrival) => answer(arrival, gate),
    log,
  });
  const { endpoint } = await listenOn(server, config);
  const fresh = certificates.keepFresh(server, names);
  return {
    endpoint,
    listening: {
      [Symbol.asyncDispose]: async () => {
        fresh[Symbol.dispose]();
        await closeServer(server);
      },
    },
  };
}
