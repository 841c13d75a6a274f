import {
  CreateRepositoryCommand,
  InvalidRepositoryNameException,
  RepositoryNameExistsException,
} from "@aws-sdk/client-codecommit";
import { map, text } from "@strongroom/wire";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { repositoryAnswer, repositoryName, repositoryPermission } from "../repository-answer.ts";

type Faces = Pick<Repositories, "create" | "arnOf" | "defaultBranch">;

export const createRepository = (repositories: Faces) =>
  operation(CreateRepositoryCommand, {
    members: {
      repositoryName,
      repositoryDescription: text({ max: 1000 }),
      tags: map(text({ max: 256 }), { max: 50, key: text({ min: 1, max: 128 }) }),
    },
    permissions: (input) => {
      const create = repositoryPermission(repositories, input.repositoryName, "CreateRepository");
      const tags = Object.entries(input.tags ?? {});
      if (tags.length === 0) return [create];
      const context = {
        "aws:TagKeys": tags.map(([name]) => name),
        ...Object.fromEntries(tags.map(([name, value]) => [`aws:RequestTag/${name}`, value])),
      };
      return [
        { ...create, context },
        { ...create, context, action: "codecommit:TagResource" },
      ];
    },
    actions: ["codecommit:CreateRepository", "codecommit:TagResource"],
    handle: async (input, call) => {
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
