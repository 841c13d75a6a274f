import { ListBucketsCommand } from "@aws-sdk/client-s3";
import { integer, text } from "@strongroom/wire";
import type { Buckets } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { ownerOf } from "../owner.ts";

const bucketsMax = 10_000;

export const listBuckets = (buckets: Pick<Buckets, "list">) =>
  operation(ListBucketsCommand, {
    members: {
      MaxBuckets: integer({ min: 1, max: bucketsMax }),
      ContinuationToken: text({ max: 1024 }),
      Prefix: text(),
    },
    permissions: () => [{ action: "s3:ListAllMyBuckets", resource: "arn:aws:s3:::*" }],
    actions: ["s3:ListAllMyBuckets"],
    mutates: false,
    handle: (input, call) => {
      const { buckets: page, next } = buckets.list({
        prefix: input.Prefix ?? "",
        after: input.ContinuationToken ?? "",
        max: input.MaxBuckets ?? bucketsMax,
      });
      // ② a policy that restricts the list to buckets with certain tags restricts which names it tells.
      const seen = page.filter(({ name }) =>
        call.authority.sees({ action: "s3:ListAllMyBuckets", resource: `arn:aws:s3:::${name}` }),
      );
      return {
        Buckets: seen.map(({ name, createdAt }) => ({
          Name: name,
          CreationDate: createdAt,
          BucketRegion: input.MaxBuckets === undefined ? undefined : call.region,
        })),
        Owner: ownerOf(call.accountId),
        ContinuationToken: next,
        Prefix: input.Prefix,
      };
    },
  });
