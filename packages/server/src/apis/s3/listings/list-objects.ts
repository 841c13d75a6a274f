import { ListObjectsCommand } from "@aws-sdk/client-s3";
import { text } from "@strongroom/wire";
import { listPermission } from "../../../artifacts/index.ts";
import type { Listings } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner } from "../bucket-owner.ts";
import { ownerOf } from "../owner.ts";
import { accepted } from "../s3-error.ts";
import { delimiterAnswer, keyWriter, listHeaders, listMembers, maxMember, pageSize } from "./listing-members.ts";
import { contentsOf, pageOf } from "./page.ts";

export const listObjects = (listings: Pick<Listings, "objects">) =>
  operation(ListObjectsCommand, {
    members: { ...listMembers, MaxKeys: maxMember, Marker: text() },
    permissions: (input) => [listPermission(input.Bucket, listHeaders(input, input.MaxKeys))],
    actions: ["s3:ListBucket"],
    mutates: false,
    handle: (input, call) => {
      checkOwner(input, call);
      const page = pageOf(
        accepted(
          listings.objects({
            bucket: input.Bucket,
            prefix: input.Prefix,
            delimiter: input.Delimiter,
            after: input.Marker,
            max: pageSize(input.MaxKeys),
          }),
        ),
      );
      const write = keyWriter(input.EncodingType);
      const next = page.last?.kind === "item" ? page.last.item.key : page.last?.prefix;
      return {
        Name: input.Bucket,
        Prefix: write(input.Prefix ?? ""),
        Delimiter: write(delimiterAnswer(input.Delimiter)),
        Marker: write(input.Marker ?? ""),
        MaxKeys: pageSize(input.MaxKeys),
        EncodingType: input.EncodingType,
        IsTruncated: page.last !== undefined,
        // Without a delimiter, clients go on behind the last key.
        NextMarker: delimiterAnswer(input.Delimiter) === undefined ? undefined : write(next),
        Contents: contentsOf(page.items, write, ownerOf(call.accountId)),
        CommonPrefixes: page.commonPrefixes.map((prefix) => ({ Prefix: write(prefix) })),
      };
    },
  });
