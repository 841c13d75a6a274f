import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { flag, text } from "@strongroom/wire";
import { listPermission } from "../../../artifacts/index.ts";
import type { Listings } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { checkOwner } from "../bucket-owner.ts";
import { ownerOf } from "../owner.ts";
import { accepted } from "../s3-error.ts";
import { delimiterAnswer, keyWriter, listHeaders, listMembers, maxMember, pageSize } from "./listing-members.ts";
import { contentsOf, pageOf } from "./page.ts";

export const listObjectsV2 = (listings: Pick<Listings, "objects">) =>
  operation(ListObjectsV2Command, {
    members: {
      ...listMembers,
      MaxKeys: maxMember,
      StartAfter: text(),
      ContinuationToken: text({ min: 1, max: 8192 }),
      FetchOwner: flag(),
    },
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
            after: input.StartAfter,
            token: input.ContinuationToken,
            max: pageSize(input.MaxKeys),
          }),
        ),
      );
      const write = keyWriter(input.EncodingType);
      const owner = input.FetchOwner === true ? ownerOf(call.accountId) : undefined;
      return {
        Name: input.Bucket,
        Prefix: write(input.Prefix ?? ""),
        Delimiter: write(delimiterAnswer(input.Delimiter)),
        StartAfter: write(input.StartAfter),
        MaxKeys: pageSize(input.MaxKeys),
        EncodingType: input.EncodingType,
        KeyCount: page.items.length + page.commonPrefixes.length,
        IsTruncated: page.last !== undefined,
        ContinuationToken: input.ContinuationToken,
        NextContinuationToken: page.token,
        Contents: contentsOf(page.items, write, owner),
        CommonPrefixes: page.commonPrefixes.map((prefix) => ({ Prefix: write(prefix) })),
      };
    },
  });
