import { CreateCommitCommand } from "@aws-sdk/client-codecommit";
import { blob, flag, list, oneOf, text } from "@strongroom/wire";
import { fileModeOf, type Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { branchPermission } from "../reference-permission.ts";
import { refusal } from "../refusal.ts";
import { repositoryName } from "../repository-answer.ts";
import { authorship } from "./authorship.ts";

const path = text({ max: 4096 });
const mode = oneOf("NORMAL", "EXECUTABLE", "SYMLINK");
const put = { filePath: path, fileMode: mode, fileContent: blob(), sourceFile: { filePath: path, isMove: flag() } };

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_CreateCommit.html */
export const createCommit = (repositories: Pick<Repositories, "fileCommits" | "arnOf">) =>
  operation(CreateCommitCommand, {
    members: {
      repositoryName,
      branchName: text({ min: 1, max: 256 }),
      parentCommitId: text({ max: 64 }),
      authorName: text(),
      email: text(),
      commitMessage: text(),
      keepEmptyFolders: flag(),
      putFiles: list(put),
      deleteFiles: list({ filePath: path }),
      setFileModes: list({ filePath: path, fileMode: mode }),
    },
    permissions: (input) => [branchPermission(repositories, input.repositoryName, input.branchName, "CreateCommit")],
    handle: async (input, call) => {
      const { repositoryName: repository, branchName: branch, authorName, email, commitMessage = "" } = input;
      const outcome = await repositories.fileCommits.create({
        repository,
        branch,
        parentId: input.parentCommitId,
        actor: call.authority.principal.arn,
        authorship: authorship({ name: authorName, email, message: commitMessage }, call),
        changes: {
          put: (input.putFiles ?? []).map(({ filePath, fileMode, fileContent: content, sourceFile: from }) => ({
            path: filePath,
            mode: fileMode,
            content,
            source: from && { path: from.filePath, isMove: from.isMove ?? false },
          })),
          delete: (input.deleteFiles ?? []).map(({ filePath }) => filePath),
          modes: (input.setFileModes ?? []).map(({ filePath, fileMode }) => ({ path: filePath, mode: fileMode })),
          keepEmptyFolders: input.keepEmptyFolders ?? false,
        },
      });
      if (outcome.kind === "refused") throw refusal(outcome.reason, repository, outcome.path);
      if (outcome.kind !== "committed") throw refusal(outcome.kind, repository);
      return {
        commitId: outcome.commitId,
        treeId: outcome.treeId,
        filesAdded: outcome.added.map(fileAnswer),
        filesUpdated: outcome.updated.map(fileAnswer),
        filesDeleted: outcome.deleted.map(fileAnswer),
      };
    },
  });

function fileAnswer(file: { readonly path: string; readonly mode: string; readonly blobId: string }) {
  return { absolutePath: file.path, blobId: file.blobId, fileMode: fileModeOf(file.mode) };
}
