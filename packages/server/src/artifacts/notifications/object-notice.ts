import type { Authority } from "../../access/index.ts";
import { timedId } from "../../platform/index.ts";

/** Why an object came or went, as S3's events name it. */
export type CreationReason = "PutObject" | "POST Object" | "CopyObject" | "CompleteMultipartUpload";

/** Who changed an object, and by which request. */
export interface Cause {
  /** An account's id, or a service. */
  readonly requester: string;
  readonly requestId: string;
  readonly sourceIp?: string;
}

/** Something that happened to an object. */
export type ObjectNotice = { readonly key: string; readonly versionId?: string; readonly cause: Cause } & (
  | {
      readonly type: "Object Created";
      readonly sizeBytes: number;
      readonly etag: string;
      readonly reason: CreationReason;
    }
  | {
      readonly type: "Object Deleted";
      /** Of what was deleted, where it was an object. */
      readonly etag?: string;
      readonly reason: "DeleteObject" | "Lifecycle Expiration";
      readonly deletionType: "Permanently Deleted" | "Delete Marker Created";
    }
  | { readonly type: "Object Tags Added" | "Object Tags Deleted"; readonly etag: string }
);

/** The cause of what somebody asked for; a transfer of the platform has no request, and gets an id of its own. */
export function causeOf({ principal, origin, request }: Authority, now: Date): Cause {
  return {
    requester: "accountId" in principal ? principal.accountId : "anonymous",
    requestId: request?.id ?? timedId(now),
    sourceIp: origin.kind === "host" ? origin.sourceIp : origin.vpcSourceIp,
  };
}

/** S3 itself, by a rule of the bucket's lifecycle. */
export const causedByLifecycle = (requestId: string): Cause => ({ requester: "s3.amazonaws.com", requestId });

/** Of no content, which is what a delete marker has. */
const emptyEtag = "d41d8cd98f00b204e9800998ecf8427e";

/**
 * The detail of the event, as S3 sends it to EventBridge.
 * Source: "EventBridge event message structure", Amazon S3 user guide.
 */
export function detailOf(bucket: string, notice: ObjectNotice, sequencer: string): Readonly<Record<string, unknown>> {
  const { key, versionId, cause } = notice;
  const version = versionId === undefined ? {} : { "version-id": versionId };
  const frame = (object: object, more: object) => ({
    version: "0",
    bucket: { name: bucket },
    object,
    "request-id": cause.requestId,
    requester: cause.requester,
    ...(cause.sourceIp === undefined ? {} : { "source-ip-address": cause.sourceIp }),
    ...more,
  });
  switch (notice.type) {
    case "Object Created": {
      const { sizeBytes: size, etag, reason } = notice;
      return frame({ key, size, etag, ...version, sequencer }, { reason });
    }
    case "Object Deleted": {
      const { reason, deletionType } = notice;
      const etag = deletionType === "Delete Marker Created" ? emptyEtag : notice.etag;
      const object = { key, ...(etag === undefined ? {} : { etag }), ...version, sequencer };
      return frame(object, { reason, "deletion-type": deletionType });
    }
    case "Object Tags Added":
    case "Object Tags Deleted":
      return frame({ key, etag: notice.etag, ...version }, {});
  }
}
