import { GetFileCommand } from "@aws-sdk/client-codecommit";
import { text } from "@strongroom/wire";
import { fileModeOf, type Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { refusal } from "../refusal.ts";
import { repositoryName, repositoryPermission } from "../repository-answer.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_GetFile.html: files of up to 6 MB. */
export const getFile = (repositories: Pick<Repositories, "contents" | "arnOf">) =>
  operation(GetFileCommand, {
    members: { repositoryName, commitSpecifier: text({ min: 1, max: 300 }), filePath: text({ max: 4096 }) },
    permissions: (input) => [repositoryPermission(repositories, input.repositoryName, "GetFile")],
    mutates: false,
    handle: async ({ repositoryName: name, commitSpecifier, filePath }) => {
      if (filePath === "") throw refusal("path-required", name);
      const found = await repositories.contents.file(name, commitSpecifier, filePath);
      if (found.kind === "no-such-path") throw refusal("no-such-file", name, filePath);
      if (found.kind !== "file") throw refusal(found.kind, name, filePath);
      const { commitId, entry, content } = found;
      return {
        commitId,
        blobId: entry.id,
        filePath: entry.path,
        fileMode: fileModeOf(entry.mode),
        fileSize: entry.size,
        fileContent: content,
      };
    },
  });
