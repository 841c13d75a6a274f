import { UpdateDefaultBranchCommand } from "@aws-sdk/client-codecommit";
import { text } from "@strongroom/wire";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { refusal } from "../refusal.ts";
import { repositoryName, repositoryPermission } from "../repository-answer.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_UpdateDefaultBranch.html */
export const updateDefaultBranch = (repositories: Pick<Repositories, "branching" | "arnOf">) =>
  operation(UpdateDefaultBranchCommand, {
    members: { repositoryName, defaultBranchName: text({ min: 1, max: 256 }) },
    permissions: (input) => [repositoryPermission(repositories, input.repositoryName, "UpdateDefaultBranch")],
    handle: async ({ repositoryName: name, defaultBranchName: branch }) => {
      const { kind } = await repositories.branching.setDefault(name, branch);
      if (kind !== "set") throw refusal(kind, name, branch);
      return {};
    },
  });
