/**
 * What every domain stands on: database, clock, ids, log, durable files. No product words, and no
 * domain is imported here.
 */
export { DatabaseBroken, openDb } from "./db.ts";
export type { Db, DbParameter, DbRow, DbValue, Migration } from "./db.ts";
export { systemClock, TurnableClock } from "./clock.ts";
export type { Clock } from "./clock.ts";
export { ec2Id, iamId, randomText, secretAccessKey, timedId, timeOfId, uuid } from "./ids.ts";
export { diskFiles, filesOfDisk } from "./files.ts";
export type { Files, OpenFile } from "./files.ts";
export { isDiskFull, reserveOn } from "./disk-reserve.ts";
export type { DiskReserve, DiskState } from "./disk-reserve.ts";
export { LaterWrite, untilWritten } from "./later-write.ts";
export { syncFolder, writeDurably } from "./durable-file.ts";
export { faultText, lineLog, silentLog } from "./log.ts";
export type { Log, LogDetails } from "./log.ts";
export { defaultAccountId, defaultRegion, readServerConfig } from "./config.ts";
export type { ServerConfig } from "./config.ts";
export { secretVariables } from "./secret-config.ts";
export type { SecretConfig, TokenConfig } from "./secret-config.ts";
export { randomSecret, secretBytes } from "./secret-bytes.ts";
export { guardedPage } from "./guarded-memory.ts";
export type { GuardedPage } from "./guarded-memory.ts";
export { guardProcess, memoryControls, wipeEnvironment } from "./process-guard.ts";
export { batchBytes, Batches, batchesWaitingMax, BatchRing, inBatches } from "./batch-ring.ts";
export { HashThread } from "./hash-thread.ts";
export type { HashAlgorithm, RunningDigests } from "./hash-thread.ts";
