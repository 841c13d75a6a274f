import {
  BranchDoesNotExistException,
  BranchNameRequiredException,
  GetBranchCommand,
  RepositoryNameRequiredException,
} from "@aws-sdk/client-codecommit";
import { text } from "@strongroom/wire";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { noSuchRepository, repositoryName, repositoryPermission } from "../repository-answer.ts";

export const getBranch = (repositories: Pick<Repositories, "headCommit" | "arnOf">) =>
  operation(GetBranchCommand, {
    members: { repositoryName, branchName: text({ min: 1, max: 256 }) },
    permissions: ({ repositoryName: name }) => {
      if (name === undefined) {
        throw new RepositoryNameRequiredException({ message: "A repository name is required", $metadata: {} });
      }
      return [repositoryPermission(repositories, name, "GetBranch")];
    },
    mutates: false,
    handle: async ({ repositoryName: name = "", branchName: branch }) => {
      if (branch === undefined) {
        throw new BranchNameRequiredException({ message: "A branch name is required", $metadata: {} });
      }
      const head = await repositories.headCommit(name, branch);
      switch (head.kind) {
        case "commit":
          return { branch: { branchName: branch, commitId: head.commitId } };
        case "no-such-repository":
          throw noSuchRepository(name);
        case "no-such-branch":
          throw new BranchDoesNotExistException({ message: `Branch ${branch} does not exist`, $metadata: {} });
      }
    },
  });
