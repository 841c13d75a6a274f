import { ListObjectVersionsCommand } from "@aws-sdk/client-s3";
import { placed, text } from "@strongroom/wire";
import { listPermission } from "../../../artifacts/index.ts";
import type { Listings } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner } from "../bucket-owner.ts";
import { quoted } from "../entity-tag.ts";
import { ownerOf } from "../owner.ts";
import { accepted, s3Error } from "../s3-error.ts";
import { delimiterAnswer, keyWriter, listHeaders, listMembers, maxMember, pageSize } from "./listing-members.ts";
import { checksumFacts } from "./page.ts";

export const listObjectVersions = (listings: Pick<Listings, "versions">) =>
  operation(ListObjectVersionsCommand, {
    members: { ...listMembers, MaxKeys: maxMember, KeyMarker: text(), VersionIdMarker: text() },
    permissions: (input) => [listPermission(input.Bucket, listHeaders(input, input.MaxKeys), "ListBucketVersions")],
    actions: ["s3:ListBucketVersions"],
    mutates: false,
    mixedLists: ["Versions", "DeleteMarkers"],
    handle: (input, call) => {
      checkOwner(input, call);
      const { VersionIdMarker: versionIdMarker, KeyMarker: keyMarker } = input;
      if (versionIdMarker !== undefined && keyMarker === undefined) {
        throw s3Error("InvalidArgument", "A version-id marker cannot be specified without a key marker.");
      }
      const { Prefix: prefix, Delimiter: delimiter } = input;
      const page = accepted(
        listings.versions({
          bucket: input.Bucket,
          prefix,
          delimiter,
          keyMarker,
          versionIdMarker: versionIdMarker === "" ? undefined : versionIdMarker,
          max: pageSize(input.MaxKeys),
        }),
      );
      const write = keyWriter(input.EncodingType);
      const owner = ownerOf(call.accountId);
      const { last } = page;
      const items = page.items.map((item, at) => {
        const { versionId: VersionId, isLatest: IsLatest, createdAt: LastModified } = item;
        return { item, at, told: { Key: write(item.key), VersionId, IsLatest, LastModified, Owner: owner } };
      });
      return {
        Name: input.Bucket,
        Prefix: write(prefix ?? ""),
        Delimiter: write(delimiterAnswer(delimiter)),
        KeyMarker: write(keyMarker ?? ""),
        VersionIdMarker: versionIdMarker ?? "",
        MaxKeys: pageSize(input.MaxKeys),
        EncodingType: input.EncodingType,
        IsTruncated: last !== undefined,
        NextKeyMarker: write(last?.kind === "item" ? last.item.key : last?.prefix),
        NextVersionIdMarker: last?.kind === "item" ? last.item.versionId : undefined,
        Versions: items.flatMap(({ item, at, told }) =>
          item.kind === "object"
            ? placed(
                {
                  ...told,
                  ETag: quoted(item.etag),
                  Size: item.sizeBytes,
                  StorageClass: "STANDARD" as const,
                  ...checksumFacts(item),
                },
                at,
              )
            : [],
        ),
        DeleteMarkers: items.flatMap(({ item, at, told }) => (item.kind === "delete-marker" ? placed(told, at) : [])),
        CommonPrefixes: page.commonPrefixes.map((common) => ({ Prefix: write(common) })),
      };
    },
  });
