/**
 * Artifacts: buckets with versioned objects, and Git repositories.
 *
 * Promise: what was acknowledged is there, whole and unchanged, after any crash; what cannot be proven
 * unchanged is not handed out. Nothing that is stored reaches the disk unencrypted: content lies in
 * framed, authenticated files under a data key per object, names and metadata in the encrypted
 * database, repositories in an encrypted file system of their own.
 *
 * Invariants: a file is durable before the metadata that names it, and that before the answer; stored
 * files never change; a KMS key is used only for somebody who may use it; the platform's own transfers
 * demand the same permissions as the S3 API.
 *
 * It must not know the wire, decide permissions itself, or keep a data key or a customer's key beyond one call. A
 * bucket's key, which wraps data keys, is held for minutes.
 */
import { bucketConfigurationMigrations, bucketMigrations } from "./buckets/bucket-store.ts";
import { lifecycleMigrations } from "./lifecycle/lifecycle-store.ts";
import { noticeMigrations } from "./notifications/notice-store.ts";
import { commentMigrations } from "./git/comments/comment-store.ts";
import { approvalMigrations } from "./git/pull-requests/approval-store.ts";
import { pullRequestEventMigrations } from "./git/pull-requests/event-store.ts";
import { pullRequestMigrations } from "./git/pull-requests/pull-request-store.ts";
import { ruleTemplateMigrations } from "./git/pull-requests/rule-template-store.ts";
import { repositoryMigrations } from "./git/repository-store.ts";
import { completedUploadMigrations } from "./objects/completed-upload-store.ts";
import { objectKeyMigrations, objectMigrations } from "./objects/object-store.ts";
import { partDigestMigrations, uploadMigrations } from "./objects/upload-store.ts";

export const migrations = [
  ...bucketMigrations,
  ...objectMigrations,
  ...uploadMigrations,
  ...repositoryMigrations,
  ...bucketConfigurationMigrations,
  ...objectKeyMigrations,
  ...lifecycleMigrations,
  ...noticeMigrations,
  ...pullRequestMigrations,
  ...pullRequestEventMigrations,
  ...approvalMigrations,
  ...ruleTemplateMigrations,
  ...commentMigrations,
  ...completedUploadMigrations,
  ...partDigestMigrations,
];

export { openRepositories, repositoryTagsMax } from "./git/repositories.ts";
export type { Repositories } from "./git/repositories.ts";
export type { GitRequest } from "./git/git-requests.ts";
export type { PushedChange } from "./git/push-commands.ts";
export type { NoSuchRepository } from "./git/opened-repository.ts";
export type { ChangeRefusal, FileChanges, RefusedChange } from "./git/file-changes.ts";
export type { CommitOutcome, CommitRefusal } from "./git/file-commits.ts";
export type { MergeOption, MergeSides, MergeWork } from "./git/merges.ts";
export type { ConflictLevel, ConflictStrategy, MergeManner, ObjectType } from "./git/merging/conflict.ts";
export type { ConflictReport } from "./git/merging/conflict-report.ts";
export type { Hunk, HunkSide } from "./git/merging/hunks.ts";
export type { ApprovalRule } from "./git/pull-requests/approval-store.ts";
export type { Place } from "./git/comments/comment-store.ts";
export type { PlaceRefusal, Thread, ToldComment } from "./git/comments/comments.ts";
export type { PullRequestEvent } from "./git/pull-requests/event-store.ts";
export type { ToldPullRequest } from "./git/pull-requests/pull-requests.ts";
export type { RuleTemplate } from "./git/pull-requests/rule-template-store.ts";
export type { ReplacementType, Resolution, ResolutionRefusal } from "./git/merging/resolution.ts";
export { differences } from "./git/differences.ts";
export { fileHistory } from "./git/file-history.ts";
export { fileModeOf } from "./git/tree.ts";
export type { FileMode } from "./git/tree.ts";
export type { GitAnswer } from "./git/smart-http.ts";
export { serviceOf } from "./git/smart-http.ts";
export type { Repository, RepositoryOrder } from "./git/repository-store.ts";
export type { Commit, CommitPerson } from "./git/commit.ts";
export { openS3 } from "./s3.ts";
export type { S3 } from "./s3.ts";
export type { S3Facts } from "./resource-facts.ts";
export { bucketArn, objectArn } from "./buckets/bucket-name.ts";
export type { Bucket, BucketEncryption, DefaultRetention, PublicAccessBlock, Tags } from "./buckets/bucket-store.ts";
export { corsRuleFor } from "./buckets/cors.ts";
export type { CorsRule, CrossOriginWish } from "./buckets/cors.ts";
export type { Due } from "./lifecycle/due.ts";
export type { Lifecycle } from "./lifecycle/lifecycle.ts";
export type { BucketLifecycle, Expiration, LifecycleRule, RuleFilter } from "./lifecycle/lifecycle-rule.ts";
export { isPublicPolicy } from "./buckets/public-policy.ts";
export type { Buckets, BucketSet } from "./buckets/buckets.ts";
export type { BodyClaims, Checksum, ChecksumAlgorithm } from "./objects/checksum.ts";
export { checksumAlgorithms } from "./objects/checksum.ts";
export type { Conditions } from "./objects/conditions.ts";
export type { Listings, ListingPage } from "./objects/listings.ts";
export type { Multiparts } from "./objects/multiparts.ts";
export type { FoundObject, OpenObject } from "./objects/object-reader.ts";
export type { ContentHeaders, Description, ObjectFile, ObjectVersion, StoredVersion } from "./objects/object-store.ts";
export type { CustomerKey } from "./objects/customer-key.ts";
export type { SealedUnder } from "./objects/sealed-under.ts";
export type { WantedEncryption } from "./objects/wanted-encryption.ts";
export { lockOf } from "./objects/object-lock.ts";
export type { ObjectLock, Retention } from "./objects/object-lock.ts";
export type { PutRequest, StoredObject } from "./objects/object-writer.ts";
export type { CopiedObject, CopyRequest, Deleted, Objects } from "./objects/objects.ts";
export type { NamedPart } from "./objects/part-list.ts";
export type { Refusal, RefusalReason } from "./objects/refusal.ts";
export type { Scrub, ScrubbedPiece } from "./objects/scrub.ts";
export type { Store, StoreKey, StoreRefusal } from "./objects/transfers.ts";
export type { Upload, UploadedPart } from "./objects/upload-store.ts";
export {
  bucketPermission,
  conditionPermissions,
  deletePermissions,
  getObjectPermission,
  listPermission,
  putObjectPermission,
} from "./objects/permissions.ts";
export type { ObjectName, WriteHeaders } from "./objects/permissions.ts";
