import {
  CreateRepositoryCommand,
  InvalidRepositoryNameException,
  RepositoryNameExistsException,
} from "@aws-sdk/client-codecommit";
import { map, text } from "@strongroom/wire";
import { repositoryTagsMax, type Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { repositoryAnswer, repositoryName, repositoryPermission } from "../repository-answer.ts";
import { demandOwnKeys, tagContext, tagKey, tagValue } from "../tags/tag-members.ts";

type Faces = Pick<Repositories, "create" | "arnOf" | "defaultBranch">;

export const createRepository = (repositories: Faces) =>
  operation(CreateRepositoryCommand, {
    members: {
      repositoryName,
      repositoryDescription: text({ max: 1000 }),
      tags: map(tagValue, { max: repositoryTagsMax, key: tagKey }),
    },
    permissions: (input) => {
      const create = repositoryPermission(repositories, input.repositoryName, "CreateRepository");
      if (Object.keys(input.tags ?? {}).length === 0) return [create];
      const context = tagContext(input.tags ?? {});
      return [
        { ...create, context },
        { ...create, context, action: "codecommit:TagResource" },
      ];
    },
    actions: ["codecommit:CreateRepository", "codecommit:TagResource"],
    handle: async (input, call) => {
      demandOwnKeys(Object.keys(input.tags ?? {}));
      const made = await repositories.create({
        name: input.repositoryName,
        description: input.repositoryDescription,
        tags: input.tags,
      });
      switch (made.kind) {
        case "created":
          return { repositoryMetadata: await repositoryAnswer(repositories, made.repository, call) };
        case "name-taken":
          throw new RepositoryNameExistsException({
            message: `Repository named ${input.repositoryName} already exists`,
            $metadata: {},
          });
        case "invalid-name":
          throw new InvalidRepositoryNameException({
            message: `${input.repositoryName} is not a valid repository name`,
            $metadata: {},
          });
      }
    },
  });
