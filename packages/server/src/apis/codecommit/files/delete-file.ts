import { DeleteFileCommand } from "@aws-sdk/client-codecommit";
import { flag, text } from "@strongroom/wire";
import type { Repositories } from "../../../artifacts/index.ts";
import { authorship } from "../commits/authorship.ts";
import { operation } from "../../operation.ts";
import { branchPermission } from "../reference-permission.ts";
import { refusal } from "../refusal.ts";
import { repositoryName } from "../repository-answer.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_DeleteFile.html */
export const deleteFile = (repositories: Pick<Repositories, "fileCommits" | "arnOf">) =>
  operation(DeleteFileCommand, {
    members: {
      repositoryName,
      branchName: text({ min: 1, max: 256 }),
      filePath: text({ max: 4096 }),
      parentCommitId: text({ max: 64 }),
      keepEmptyFolders: flag(),
      commitMessage: text(),
      name: text(),
      email: text(),
    },
    permissions: (input) => [branchPermission(repositories, input.repositoryName, input.branchName, "DeleteFile")],
    handle: async (input, call) => {
      const { repositoryName: repository, branchName: branch, filePath: path, name, email } = input;
      const message = input.commitMessage ?? `Delete ${path}`;
      const outcome = await repositories.fileCommits.create({
        repository,
        branch,
        parentId: input.parentCommitId,
        actor: call.authority.principal.arn,
        authorship: authorship({ name, email, message }, call),
        changes: { put: [], delete: [path], modes: [], keepEmptyFolders: input.keepEmptyFolders ?? false },
      });
      if (outcome.kind === "refused") throw refusal(outcome.reason, repository, path);
      if (outcome.kind !== "committed") throw refusal(outcome.kind, repository);
      const [file] = outcome.deleted;
      const { commitId, treeId } = outcome;
      return { commitId, treeId, blobId: file?.blobId ?? "", filePath: file?.path ?? path };
    },
  });
