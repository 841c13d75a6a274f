import { join } from "node:path";
import type { Permission, PolicyPrincipals } from "../access/index.ts";
import type { Trail } from "../audit/index.ts";
import type { DataKeys } from "../encryption/index.ts";
import type { Clock, Db, DiskReserve, Files, Log } from "../platform/index.ts";
import { BucketStore } from "./buckets/bucket-store.ts";
import { openBuckets } from "./buckets/buckets.ts";
import type { Buckets } from "./buckets/buckets.ts";
import { Expiries } from "./lifecycle/expiries.ts";
import { openLifecycle } from "./lifecycle/lifecycle.ts";
import type { Lifecycle } from "./lifecycle/lifecycle.ts";
import { LifecycleStore } from "./lifecycle/lifecycle-store.ts";
import { CompletedUploadStore } from "./objects/completed-upload-store.ts";
import { ListingStore } from "./objects/listing-store.ts";
import { openListings } from "./objects/listings.ts";
import type { Listings } from "./objects/listings.ts";
import { openMultiparts } from "./objects/multiparts.ts";
import type { Multiparts } from "./objects/multiparts.ts";
import { ObjectFiles } from "./objects/object-files.ts";
import { openObjectKeys } from "./objects/object-keys.ts";
import { ObjectReader } from "./objects/object-reader.ts";
import { ObjectStore } from "./objects/object-store.ts";
import { ObjectWriter } from "./objects/object-writer.ts";
import { openObjects } from "./objects/objects.ts";
import type { Objects } from "./objects/objects.ts";
import { openScrub } from "./objects/scrub.ts";
import type { Scrub } from "./objects/scrub.ts";
import { ScrubStore } from "./objects/scrub-store.ts";
import { Notices } from "./notifications/notices.ts";
import { NoticeStore } from "./notifications/notice-store.ts";
import { openStore } from "./objects/transfers.ts";
import type { Store } from "./objects/transfers.ts";
import { UploadStore } from "./objects/upload-store.ts";
import { s3Facts } from "./resource-facts.ts";
import type { S3Facts } from "./resource-facts.ts";

export interface S3 {
  readonly buckets: Buckets;
  readonly objects: Objects;
  readonly multiparts: Multiparts;
  readonly listings: Listings;
  readonly store: Store;
  /** Reads everything that is stored, and removes what nothing names. */
  readonly scrub: Scrub;
  readonly lifecycle: Lifecycle;
  /** What rules on events are told about objects. */
  readonly notices: Pick<Notices, "begin"> & AsyncDisposable;
  /** For access control: the bucket policy and tags behind an S3 ARN. */
  facts(permission: Permission): S3Facts | undefined;
}

/**
 * Opens buckets and objects: metadata in `db` (whose migrations have run), content in
 * `<dataFolder>/objects`. What a crash left unfinished there is removed first.
 */
export async function openS3(x: {
  db: Db;
  dataFolder: string;
  clock: Clock;
  log: Log;
  dataKeys: DataKeys;
  policyPrincipals: Pick<PolicyPrincipals, "bound" | "told">;
  /** 32 bytes derived from the root, for objects that name no KMS key. */
  sseS3Key: Uint8Array;
  /** Where what the store does by itself is recorded, and as whose. */
  trail: Pick<Trail, "record">;
  region: string;
  accountId: string;
  /** Absent: the file system. */
  files?: Files;
  /** What of the disk is not for objects; absent: nothing. */
  reserve?: DiskReserve;
}): Promise<S3> {
  const { db, clock, log } = x;
  const bucketStore = new BucketStore(db);
  const store = new ObjectStore(db);
  const uploads = new UploadStore(db);
  const files = await ObjectFiles.open(join(x.dataFolder, "objects"), x.files, x.reserve);
  const isNamed = (id: string): boolean => store.namesFile(id) || uploads.namesFile(id);
  const orphans = await files.collectOrphans(isNamed);
  if (orphans > 0) log.info("removed files of writes that never finished", { files: orphans });

  const keys = openObjectKeys(x);
  const { trail, region, accountId } = x;
  const notices = new Notices({ store: new NoticeStore(db), trail, clock, log, region, accountId });
  const parts = { buckets: bucketStore, store, files, keys, clock, notices };
  const reader = new ObjectReader(parts);
  const writer = new ObjectWriter({ ...parts, isNamed });
  const objects = openObjects({ ...parts, reader, writer });
  const listing = new ListingStore(db);
  const listings = openListings({ ...parts, listing, uploads });
  const lifecycle = new LifecycleStore(db);
  const expiries = new Expiries({ ...parts, uploads, lifecycle });
  const realm = { region, accountId, clock };
  return {
    buckets: openBuckets({
      store: bucketStore,
      clock,
      policyPrincipals: x.policyPrincipals,
      discard: (fileIds) => writer.discard(fileIds),
    }),
    objects,
    multiparts: openMultiparts({ ...parts, uploads, completed: new CompletedUploadStore(db), reader, writer }),
    listings,
    store: openStore({ objects, listings }),
    scrub: openScrub({ ...parts, uploads, scrubStore: new ScrubStore(db) }),
    lifecycle: openLifecycle({ ...parts, ...{ listing, uploads, lifecycle, expiries, writer, trail, realm, log } }),
    notices,
    facts: (permission) => s3Facts(bucketStore, store, permission),
  };
}
