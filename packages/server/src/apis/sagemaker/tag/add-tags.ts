import { AddTagsCommand } from "@aws-sdk/client-sagemaker";
import { list, text } from "@strongroom/wire";
import { tagContext, tagsMax } from "../../../compute/index.ts";
import type { ResourceTags } from "../../../compute/index.ts";
import { operation } from "../../operation.ts";
import { tagMembers } from "../member-rules.ts";
import { validationError } from "../sagemaker-error.ts";
import { demandResource } from "./tagged-resource.ts";
import type { Resources } from "./tagged-resource.ts";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AddTags.html */
export const addTags = (resources: Resources, tags: Pick<ResourceTags, "put" | "of">) =>
  operation(AddTagsCommand, {
    members: { ResourceArn: text({ max: 256 }), Tags: list(tagMembers, { max: tagsMax }) },
    permissions: (input) => [
      { action: "sagemaker:AddTags", resource: input.ResourceArn, context: tagContext(input.Tags) },
    ],
    handle: (input) => {
      demandResource(resources, input.ResourceArn);
      if (tags.put(input.ResourceArn, input.Tags) === "too-many") {
        throw validationError(`A resource has at most ${tagsMax} tags.`);
      }
      return { Tags: tags.of(input.ResourceArn) };
    },
  });
