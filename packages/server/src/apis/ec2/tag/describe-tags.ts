import { DescribeTagsCommand } from "@aws-sdk/client-ec2";
import { flag } from "@strongroom/wire";
import type { NetworkTags } from "../../../compute/index.ts";
import { operation } from "../../operation.ts";
import { ec2Arn, type ResourceType } from "../arn.ts";
import { type Fields, filtered, listingMembers, pageOf } from "../listing.ts";
import { stopIfDryRun } from "../outcome.ts";

interface OneTag {
  readonly key: string;
  readonly value: string;
  readonly id: string;
  readonly type: ResourceType;
  readonly tags: Readonly<Record<string, string>>;
}

const fields: Fields<OneTag> = {
  key: ({ key }) => [key],
  value: ({ value }) => [value],
  "resource-id": ({ id }) => [id],
  "resource-type": ({ type }) => [type],
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeTags.html */
export const describeTags = (tags: NetworkTags) =>
  operation(DescribeTagsCommand, {
    members: { ...listingMembers, DryRun: flag() },
    permissions: () => [{ action: "ec2:DescribeTags", resource: "*" }],
    mutates: false,
    handle: (input, call) => {
      stopIfDryRun(input);
      const all = tags
        .list()
        .filter(({ type, id }) => call.authority.sees({ action: "ec2:DescribeTags", resource: ec2Arn(call, type, id) }))
        .flatMap(({ type, id, tags: own }) =>
          Object.entries(own).map(([key, value]): OneTag => ({ key, value, id, type, tags: { [key]: value } })),
        );
      const { page, ...next } = pageOf(filtered(all, input, fields), input);
      const Tags = page.map(({ key, value, id, type }) => ({
        Key: key,
        Value: value,
        ResourceId: id,
        ResourceType: type,
      }));
      return { Tags, ...next };
    },
  });
