import { ListTagsCommand } from "@aws-sdk/client-sagemaker";
import { integer, text } from "@strongroom/wire";
import type { ResourceTags } from "../../../compute/index.ts";
import { operation } from "../../operation.ts";
import { nextToken, pageOf, readPage } from "../page.ts";
import { demandResource } from "./tagged-resource.ts";
import type { Resources } from "./tagged-resource.ts";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListTags.html */
export const listTags = (resources: Resources, tags: Pick<ResourceTags, "of">) =>
  operation(ListTagsCommand, {
    members: { ResourceArn: text({ max: 256 }), NextToken: nextToken, MaxResults: integer({ min: 50 }) },
    permissions: (input) => [{ action: "sagemaker:ListTags", resource: input.ResourceArn }],
    mutates: false,
    handle: (input) => {
      demandResource(resources, input.ResourceArn);
      const all = tags.of(input.ResourceArn);
      const { items, ...more } = pageOf(readPage(input, 50), (skip, limit) => all.slice(skip, skip + limit));
      return { ...more, Tags: items };
    },
  });
