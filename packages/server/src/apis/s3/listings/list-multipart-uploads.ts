import { ListMultipartUploadsCommand } from "@aws-sdk/client-s3";
import { text } from "@strongroom/wire";
import { bucketPermission } from "../../../artifacts/index.ts";
import type { Listings } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner } from "../bucket-owner.ts";
import { ownerOf } from "../owner.ts";
import { accepted } from "../s3-error.ts";
import { delimiterAnswer, keyWriter, listMembers, maxMember, pageSize } from "./listing-members.ts";

export const listMultipartUploads = (listings: Pick<Listings, "uploads">) =>
  operation(ListMultipartUploadsCommand, {
    members: { ...listMembers, MaxUploads: maxMember, KeyMarker: text(), UploadIdMarker: text() },
    permissions: (input) => [bucketPermission(input.Bucket, "ListBucketMultipartUploads")],
    actions: ["s3:ListBucketMultipartUploads"],
    mutates: false,
    handle: (input, call) => {
      checkOwner(input, call);
      const { Prefix: prefix, Delimiter: delimiter, KeyMarker: keyMarker } = input;
      const uploadIdMarker = input.UploadIdMarker === "" ? undefined : input.UploadIdMarker;
      const page = accepted(
        listings.uploads({
          bucket: input.Bucket,
          prefix,
          delimiter,
          keyMarker,
          // Without a key marker an upload's marker says nothing.
          uploadIdMarker: keyMarker === undefined ? undefined : uploadIdMarker,
          max: pageSize(input.MaxUploads),
        }),
      );
      const write = keyWriter(input.EncodingType);
      const { last } = page;
      return {
        Bucket: input.Bucket,
        Prefix: write(prefix ?? ""),
        Delimiter: write(delimiterAnswer(delimiter)),
        KeyMarker: write(keyMarker ?? ""),
        UploadIdMarker: input.UploadIdMarker ?? "",
        MaxUploads: pageSize(input.MaxUploads),
        EncodingType: input.EncodingType,
        IsTruncated: last !== undefined,
        NextKeyMarker: write(last?.kind === "item" ? last.item.key : last?.prefix),
        NextUploadIdMarker: last?.kind === "item" ? last.item.id : undefined,
        Uploads: page.items.map((upload) => ({
          Key: write(upload.key),
          UploadId: upload.id,
          Initiated: upload.createdAt,
          StorageClass: "STANDARD" as const,
          Owner: ownerOf(call.accountId),
          Initiator: { ID: upload.initiator },
          ChecksumAlgorithm: upload.checksum?.algorithm,
          ChecksumType: upload.checksum?.type,
        })),
        CommonPrefixes: page.commonPrefixes.map((common) => ({ Prefix: write(common) })),
      };
    },
  });
