/**
 * Amazon S3: buckets, objects, versions, multipart uploads, listings.
 *
 * Gaps: setting access control lists, deleting ownership controls, transitions between storage
 * classes, replication, website, notifications to topics, queues and functions, access logs,
 * inventory, dsse encryption, SelectObjectContent, ConfirmRemoveSelfBucketAccess, anonymous requests. Each is refused
 * by name.
 * By design: every object is encrypted, with SSE-S3 where nothing is said; a missing key is told
 * only to whoever may list the bucket; DeleteObjects decides each key by itself; the ETag of an
 * object under a KMS key or a customer's key is not the MD5 of its content and tells nothing of it; what blocks
 * customers' keys in a bucket (SSE-C) is off until it is set, and then stays until NONE lifts it. A new bucket has no
 * public access block, and an upload without a checksum keeps none. A bucket policy names users and roles of this account
 * that are there, and is refused where no request can meet one of its statements.
 * Client quirks: JavaScript sends `PUT /bucket/`, boto `PUT /bucket`; boto asks every listing with
 * `encoding-type=url`; both leave the quotes of entity tags to us.
 */
import * as client from "@aws-sdk/client-s3";
import { awsServices, service } from "@strongroom/wire";
import type { S3 } from "../../artifacts/index.ts";
import type { ServerService } from "../operation.ts";
import { createBucket } from "./buckets/create-bucket.ts";
import { deleteBucketCors } from "./buckets/delete-bucket-cors.ts";
import { deleteBucketEncryption } from "./buckets/delete-bucket-encryption.ts";
import { deleteBucketPolicy } from "./buckets/delete-bucket-policy.ts";
import { deleteBucketTagging } from "./buckets/delete-bucket-tagging.ts";
import { deleteBucket } from "./buckets/delete-bucket.ts";
import { deletePublicAccessBlock } from "./buckets/delete-public-access-block.ts";
import { getBucketAccelerateConfiguration } from "./buckets/get-bucket-accelerate-configuration.ts";
import { getBucketAcl } from "./buckets/get-bucket-acl.ts";
import { getBucketCors } from "./buckets/get-bucket-cors.ts";
import { getBucketEncryption } from "./buckets/get-bucket-encryption.ts";
import { getBucketLocation } from "./buckets/get-bucket-location.ts";
import { getBucketLogging } from "./buckets/get-bucket-logging.ts";
import { getBucketOwnershipControls } from "./buckets/get-bucket-ownership-controls.ts";
import { getBucketPolicyStatus } from "./buckets/get-bucket-policy-status.ts";
import { getBucketPolicy } from "./buckets/get-bucket-policy.ts";
import { getBucketReplication } from "./buckets/get-bucket-replication.ts";
import { getBucketRequestPayment } from "./buckets/get-bucket-request-payment.ts";
import { getBucketTagging } from "./buckets/get-bucket-tagging.ts";
import { getBucketVersioning } from "./buckets/get-bucket-versioning.ts";
import { getBucketWebsite } from "./buckets/get-bucket-website.ts";
import { getPublicAccessBlock } from "./buckets/get-public-access-block.ts";
import { headBucket } from "./buckets/head-bucket.ts";
import { listBuckets } from "./buckets/list-buckets.ts";
import { putBucketAcl } from "./buckets/put-bucket-acl.ts";
import { putBucketCors } from "./buckets/put-bucket-cors.ts";
import { putBucketEncryption } from "./buckets/put-bucket-encryption.ts";
import { putBucketOwnershipControls } from "./buckets/put-bucket-ownership-controls.ts";
import { putBucketPolicy } from "./buckets/put-bucket-policy.ts";
import { putBucketTagging } from "./buckets/put-bucket-tagging.ts";
import { putBucketVersioning } from "./buckets/put-bucket-versioning.ts";
import { putPublicAccessBlock } from "./buckets/put-public-access-block.ts";
import { getBucketAnalyticsConfiguration } from "./configurations/get-bucket-analytics-configuration.ts";
import { getBucketIntelligentTieringConfiguration } from "./configurations/get-bucket-intelligent-tiering-configuration.ts";
import { getBucketInventoryConfiguration } from "./configurations/get-bucket-inventory-configuration.ts";
import { getBucketMetricsConfiguration } from "./configurations/get-bucket-metrics-configuration.ts";
import { listBucketAnalyticsConfigurations } from "./configurations/list-bucket-analytics-configurations.ts";
import { listBucketIntelligentTieringConfigurations } from "./configurations/list-bucket-intelligent-tiering-configurations.ts";
import { listBucketInventoryConfigurations } from "./configurations/list-bucket-inventory-configurations.ts";
import { listBucketMetricsConfigurations } from "./configurations/list-bucket-metrics-configurations.ts";
import { deleteBucketLifecycle } from "./lifecycle/delete-bucket-lifecycle.ts";
import { getBucketLifecycleConfiguration } from "./lifecycle/get-bucket-lifecycle-configuration.ts";
import { putBucketLifecycleConfiguration } from "./lifecycle/put-bucket-lifecycle-configuration.ts";
import { listMultipartUploads } from "./listings/list-multipart-uploads.ts";
import { listObjectVersions } from "./listings/list-object-versions.ts";
import { listObjectsV2 } from "./listings/list-objects-v2.ts";
import { listObjects } from "./listings/list-objects.ts";
import { getObjectLegalHold } from "./locks/get-object-legal-hold.ts";
import { getObjectLockConfiguration } from "./locks/get-object-lock-configuration.ts";
import { getObjectRetention } from "./locks/get-object-retention.ts";
import { putObjectLegalHold } from "./locks/put-object-legal-hold.ts";
import { putObjectLockConfiguration } from "./locks/put-object-lock-configuration.ts";
import { putObjectRetention } from "./locks/put-object-retention.ts";
import { abortMultipartUpload } from "./multiparts/abort-multipart-upload.ts";
import { completeMultipartUpload } from "./multiparts/complete-multipart-upload.ts";
import { createMultipartUpload } from "./multiparts/create-multipart-upload.ts";
import { listParts } from "./multiparts/list-parts.ts";
import { uploadPartCopy } from "./multiparts/upload-part-copy.ts";
import { uploadPart } from "./multiparts/upload-part.ts";
import { getBucketNotificationConfiguration } from "./notifications/get-bucket-notification-configuration.ts";
import { putBucketNotificationConfiguration } from "./notifications/put-bucket-notification-configuration.ts";
import { recordedAs } from "./recorded-as.ts";
import { copyObject } from "./objects/copy-object.ts";
import { deleteObjectTagging } from "./objects/delete-object-tagging.ts";
import { deleteObject } from "./objects/delete-object.ts";
import { deleteObjects } from "./objects/delete-objects.ts";
import { getObjectAcl } from "./objects/get-object-acl.ts";
import { getObjectAttributes } from "./objects/get-object-attributes.ts";
import { getObjectTagging } from "./objects/get-object-tagging.ts";
import { getObject } from "./objects/get-object.ts";
import { headObject } from "./objects/head-object.ts";
import { putObjectAcl } from "./objects/put-object-acl.ts";
import { putObjectTagging } from "./objects/put-object-tagging.ts";
import { putObject } from "./objects/put-object.ts";

export function s3(faces: Pick<S3, "buckets" | "objects" | "multiparts" | "listings">): ServerService {
  const { buckets, objects, multiparts, listings } = faces;
  return service(
    awsServices.s3,
    client,
    [
      createBucket(buckets),
      headBucket(buckets),
      deleteBucket(buckets),
      listBuckets(buckets),
      getBucketLocation(buckets),
      putBucketLifecycleConfiguration(buckets),
      getBucketLifecycleConfiguration(buckets),
      deleteBucketLifecycle(buckets),
      putBucketVersioning(buckets),
      getBucketVersioning(buckets),
      putBucketEncryption(buckets),
      getBucketEncryption(buckets),
      deleteBucketEncryption(buckets),
      putBucketPolicy(buckets),
      getBucketPolicy(buckets),
      deleteBucketPolicy(buckets),
      putBucketTagging(buckets),
      getBucketTagging(buckets),
      deleteBucketTagging(buckets),
      putPublicAccessBlock(buckets),
      getPublicAccessBlock(buckets),
      deletePublicAccessBlock(buckets),
      getBucketAccelerateConfiguration(buckets),
      getBucketLogging(buckets),
      getBucketRequestPayment(buckets),
      putBucketNotificationConfiguration(buckets),
      getBucketNotificationConfiguration(buckets),
      getBucketWebsite(buckets),
      getBucketReplication(buckets),
      getBucketAnalyticsConfiguration(buckets),
      listBucketAnalyticsConfigurations(buckets),
      getBucketIntelligentTieringConfiguration(buckets),
      listBucketIntelligentTieringConfigurations(buckets),
      getBucketInventoryConfiguration(buckets),
      listBucketInventoryConfigurations(buckets),
      getBucketMetricsConfiguration(buckets),
      listBucketMetricsConfigurations(buckets),
      getBucketOwnershipControls(buckets),
      getBucketAcl(buckets),
      getBucketPolicyStatus(buckets),
      putBucketOwnershipControls(buckets),
      putBucketAcl(buckets),
      putBucketCors(buckets),
      getBucketCors(buckets),
      deleteBucketCors(buckets),
      putObject(objects),
      getObject(objects),
      headObject(objects),
      copyObject(objects),
      deleteObject(objects),
      deleteObjects(objects, buckets),
      getObjectAttributes(objects),
      getObjectAcl(objects),
      putObjectAcl(objects),
      getObjectTagging(objects),
      putObjectTagging(objects),
      deleteObjectTagging(objects),
      putObjectLockConfiguration(buckets),
      getObjectLockConfiguration(buckets),
      putObjectRetention(objects),
      getObjectRetention(objects, buckets),
      putObjectLegalHold(objects),
      getObjectLegalHold(objects, buckets),
      listObjects(listings),
      listObjectsV2(listings),
      listObjectVersions(listings),
      createMultipartUpload(multiparts, objects),
      uploadPart(multiparts),
      uploadPartCopy(multiparts, objects),
      completeMultipartUpload(multiparts),
      abortMultipartUpload(multiparts),
      listParts(multiparts),
      listMultipartUploads(listings),
    ],
    recordedAs,
  );
}
