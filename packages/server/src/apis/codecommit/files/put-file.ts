import { PutFileCommand, SameFileContentException } from "@aws-sdk/client-codecommit";
import { blob, oneOf, text } from "@strongroom/wire";
import type { Repositories } from "../../../artifacts/index.ts";
import { authorship } from "../commits/authorship.ts";
import { operation } from "../../operation.ts";
import { branchPermission } from "../reference-permission.ts";
import { refusal } from "../refusal.ts";
import { repositoryName } from "../repository-answer.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_PutFile.html */
export const putFile = (repositories: Pick<Repositories, "fileCommits" | "arnOf">) =>
  operation(PutFileCommand, {
    members: {
      repositoryName,
      branchName: text({ min: 1, max: 256 }),
      fileContent: blob(),
      filePath: text({ max: 4096 }),
      fileMode: oneOf("NORMAL", "EXECUTABLE", "SYMLINK"),
      parentCommitId: text({ max: 64 }),
      commitMessage: text(),
      name: text(),
      email: text(),
    },
    permissions: (input) => [branchPermission(repositories, input.repositoryName, input.branchName, "PutFile")],
    handle: async (input, call) => {
      const { repositoryName: repository, branchName: branch, filePath: path, name, email } = input;
      const message = input.commitMessage ?? `Put ${path}`;
      const outcome = await repositories.fileCommits.create({
        repository,
        branch,
        parentId: input.parentCommitId,
        actor: call.authority.principal.arn,
        authorship: authorship({ name, email, message }, call),
        changes: {
          put: [{ path, mode: input.fileMode, content: input.fileContent }],
          delete: [],
          modes: [],
          keepEmptyFolders: false,
        },
      });
      if (outcome.kind === "refused") throw refusal(outcome.reason, repository, path);
      if (outcome.kind === "no-change") {
        throw new SameFileContentException({ message: `${path} has that content already`, $metadata: {} });
      }
      if (outcome.kind !== "committed") throw refusal(outcome.kind, repository);
      const [file] = [...outcome.added, ...outcome.updated];
      return { commitId: outcome.commitId, treeId: outcome.treeId, blobId: file?.blobId ?? "" };
    },
  });
