import { TagResourceCommand } from "@aws-sdk/client-codecommit";
import { map } from "@strongroom/wire";
import { repositoryTagsMax, type Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import {
  demandChanged,
  demandOwnKeys,
  repositoryNamed,
  resourceArn,
  tagContext,
  tagKey,
  tagValue,
} from "./tag-members.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_TagResource.html */
export const tagResource = (repositories: Pick<Repositories, "tag" | "arnOf">) =>
  operation(TagResourceCommand, {
    members: { resourceArn, tags: map(tagValue, { max: repositoryTagsMax, key: tagKey }) },
    permissions: (input) => [
      { action: "codecommit:TagResource", resource: input.resourceArn, context: tagContext(input.tags) },
    ],
    handle: (input) => {
      const name = repositoryNamed(repositories, input.resourceArn);
      demandOwnKeys(Object.keys(input.tags));
      demandChanged(repositories.tag(name, input.tags), name);
      return {};
    },
  });
