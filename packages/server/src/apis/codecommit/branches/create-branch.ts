import { CreateBranchCommand } from "@aws-sdk/client-codecommit";
import { text } from "@strongroom/wire";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { branchPermission } from "../reference-permission.ts";
import { refusal } from "../refusal.ts";
import { repositoryName } from "../repository-answer.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_CreateBranch.html */
export const createBranch = (repositories: Pick<Repositories, "branching" | "arnOf">) =>
  operation(CreateBranchCommand, {
    members: { repositoryName, branchName: text({ min: 1, max: 256 }), commitId: text({ min: 1, max: 64 }) },
    permissions: (input) => [branchPermission(repositories, input.repositoryName, input.branchName, "CreateBranch")],
    handle: async ({ repositoryName: name, branchName: branch, commitId }) => {
      const { kind } = await repositories.branching.create(name, branch, commitId);
      if (kind === "created") return {};
      throw refusal(kind, name, kind.endsWith("-commit") || kind === "invalid-commit-id" ? commitId : branch);
    },
  });
