import type { Access } from "./access/index.ts";
import type { Repositories, S3 } from "./artifacts/index.ts";
import type { Trail } from "./audit/index.ts";
import type { Detection } from "./detection/index.ts";
import type { Certificates, Encryption, Seal } from "./encryption/index.ts";
import type { Clock, Db, DiskReserve, Log, ServerConfig } from "./platform/index.ts";

/** What an environment is opened with. */
export interface HouseParts {
  readonly config: ServerConfig;
  readonly clock: Clock;
  readonly log: Log;
  /** The seal where it is open already: a server that started sealed. The house closes it. */
  readonly seal?: Seal;
}

/** What everything that runs stands on: the domains that need no host but a disk. */
export interface Foundations extends HouseParts {
  readonly db: Db;
  /** Of the data folder's disk: what is not for data. */
  readonly reserve: DiskReserve;
  readonly seal: Seal;
  readonly access: Access;
  readonly encryption: Encryption;
  readonly certificates: Certificates;
  readonly s3: S3;
  readonly repositories: Repositories;
  readonly trail: Trail;
  readonly detection: Detection;
}
