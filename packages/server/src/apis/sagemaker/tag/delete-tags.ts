import { DeleteTagsCommand } from "@aws-sdk/client-sagemaker";
import { list, text } from "@strongroom/wire";
import { tagsMax } from "../../../compute/index.ts";
import type { ResourceTags } from "../../../compute/index.ts";
import { operation } from "../../operation.ts";
import { tagKey } from "../member-rules.ts";
import { demandResource } from "./tagged-resource.ts";
import type { Resources } from "./tagged-resource.ts";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteTags.html */
export const deleteTags = (resources: Resources, tags: Pick<ResourceTags, "remove">) =>
  operation(DeleteTagsCommand, {
    members: { ResourceArn: text({ max: 256 }), TagKeys: list(tagKey, { min: 1, max: tagsMax }) },
    permissions: (input) => [
      { action: "sagemaker:DeleteTags", resource: input.ResourceArn, context: { "aws:TagKeys": input.TagKeys } },
    ],
    handle: (input) => {
      demandResource(resources, input.ResourceArn);
      tags.remove(input.ResourceArn, input.TagKeys);
      return {};
    },
  });
