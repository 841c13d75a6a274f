import { ListTagsForResourceCommand } from "@aws-sdk/client-codecommit";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { noSuchRepository } from "../repository-answer.ts";
import { repositoryNamed, resourceArn } from "./tag-members.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_ListTagsForResource.html: one page holds all. */
export const listTagsForResource = (repositories: Pick<Repositories, "find" | "arnOf">) =>
  operation(ListTagsForResourceCommand, {
    members: { resourceArn },
    permissions: (input) => [{ action: "codecommit:ListTagsForResource", resource: input.resourceArn }],
    mutates: false,
    handle: (input) => {
      const name = repositoryNamed(repositories, input.resourceArn);
      const repository = repositories.find(name);
      if (repository === undefined) throw noSuchRepository(name);
      return { tags: { ...repository.tags } };
    },
  });
