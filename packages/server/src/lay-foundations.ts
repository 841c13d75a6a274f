import { join } from "node:path";
import { MessageSeries } from "@strongroom/envelope";
import { openAccess, migrations as accessMigrations } from "./access/index.ts";
import { migrations as artifactMigrations, openRepositories, openS3 } from "./artifacts/index.ts";
import { anchorIn, migrations as auditMigrations, openTrail, type Trail } from "./audit/index.ts";
import { computeStoreMigrations } from "./assembly/compute.ts";
import { CannotStart, holdFolder, refuseLostDatabase } from "./data-folder.ts";
import { detectionMigrations, openDetection, ruleNameOf } from "./detection/index.ts";
import { DiskWatch } from "./disk-watch.ts";
import { migrations as encryptionMigrations, openCertificates, openEncryption, type Seal } from "./encryption/index.ts";
import type { Foundations, HouseParts } from "./foundations.ts";
import { noteKeyDeeds, noteKeyUses } from "./gateway/index.ts";
import { faultText, filesOfDisk, openDb, reserveOn, type Db, type Files, type Log } from "./platform/index.ts";
import { reproductionMigrations } from "./reproduction/index.ts";
import { unseal } from "./unseal.ts";

/**
 * Opens the domains that need no host but a disk, in the order in which they stand on each other; `making` closes them.
 * `breakDown` is called once the disk has failed the environment. Throws CannotStart with what to mend.
 */
export async function layFoundations(
  parts: HouseParts,
  making: AsyncDisposableStack,
  breakDown: (cause: unknown) => void,
): Promise<Foundations> {
  const { config, clock, log } = parts;
  const { dataDir: dataFolder, accountId, region } = config;
  const place = { accountId, region, clock };
  const { seal, disk, files, db, trail } = await openGround(parts, making, breakDown);
  const access = making.use(openAccess({ db, ...place, tokenKey: seal.derive("access keys and sessions") }));
  const notes = { noteKeyUse: noteKeyUses(trail, place), noteKeyDeed: noteKeyDeeds(trail, place) };
  const { policyPrincipals } = access;
  const encryption = openEncryption({ db, seal, policyPrincipals, ...place, ...notes });
  const certificates = await openCertificates({ folder: dataFolder, seal, clock });
  making.use(sweepHourly(() => encryption.keys.sweep(), log));
  const { dataKeys } = encryption;
  const sseS3Key = seal.derive("objects under no key");
  const reserve = reserveOn(dataFolder);
  const s3 = await openS3({
    db,
    dataFolder,
    log,
    dataKeys,
    policyPrincipals,
    sseS3Key,
    trail,
    files,
    reserve,
    ...place,
  });
  const key = seal.derive("git repositories");
  const repositories = making.use(
    openRepositories({ db, ...place, log, dataFolder, key, reserve, onSyncFailed: disk.failed }),
  );
  const detection = openDetection({ db, trail, log, ...place });
  const foundations = {
    ...parts,
    db,
    reserve,
    seal,
    access,
    encryption,
    certificates,
    s3,
    repositories,
    trail,
    detection,
  };
  describeResources(foundations);
  return foundations;
}

/** What everything else is written on: the folder, the opened seal, the database and the trail. */
async function openGround(parts: HouseParts, making: AsyncDisposableStack, breakDown: (cause: unknown) => void) {
  const { config } = parts;
  making.use(await holdFolder(config.dataDir));
  const seal = making.use(parts.seal ?? (await unseal(config)));
  const disk = new DiskWatch(breakDown);
  const files = filesOfDisk(disk.failed);
  await refuseLostDatabase(config.dataDir);
  const path = join(config.dataDir, "metadata.db");
  const db = making.use(openDb(path, seal.derive("metadata database"), disk.failed));
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
  return { seal, disk, files, db, trail };
}

/** What policies are told of the resources that requests are about. */
function describeResources({ config, access, s3, encryption, detection, repositories }: Foundations): void {
  access.describeResources("s3", (_arn, permission) => s3.facts(permission));
  access.describeResources("kms", encryption.keyFacts);
  access.describeResources("events", (arn) => {
    const name = ruleNameOf(config, arn);
    const rule = name === undefined ? undefined : detection.rules.find(name);
    return rule && { tags: rule.tags };
  });
  access.describeResources("codecommit", (arn) => {
    const repository = repositories.find(arn.slice(arn.lastIndexOf(":") + 1));
    return repository && { tags: repository.tags };
  });
}

const sweepIntervalMs = 3_600_000;

/** ④ keys whose waiting time is over lose their material, whether anybody asks for them or not. */
export function sweepHourly(sweep: () => void, log: Log): Disposable {
  const timer = setInterval(() => {
    try {
      sweep();
    } catch (error) {
      // Whoever asks for such a key is refused all the same; its material goes with the next sweep.
      log.error("keys were not swept", { fault: faultText(error) });
    }
  }, sweepIntervalMs).unref();
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
