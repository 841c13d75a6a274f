import { FolderDoesNotExistException, GetFolderCommand } from "@aws-sdk/client-codecommit";
import { text } from "@strongroom/wire";
import { fileModeOf, type Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { refusal } from "../refusal.ts";
import { repositoryName, repositoryPermission } from "../repository-answer.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_GetFolder.html: `/` is the root. */
export const getFolder = (repositories: Pick<Repositories, "contents" | "arnOf">) =>
  operation(GetFolderCommand, {
    members: { repositoryName, commitSpecifier: text({ min: 1, max: 300 }), folderPath: text({ max: 4096 }) },
    permissions: (input) => [repositoryPermission(repositories, input.repositoryName, "GetFolder")],
    mutates: false,
    handle: async ({ repositoryName: name, commitSpecifier, folderPath }) => {
      const found = await repositories.contents.folder(name, commitSpecifier, folderPath);
      if (found.kind === "no-such-path") {
        throw new FolderDoesNotExistException({ message: `There is no folder ${folderPath}`, $metadata: {} });
      }
      if (found.kind !== "folder") throw refusal(found.kind, name, folderPath);
      const { commitId, treeId, path, entries } = found;
      const places = entries.map((entry) => {
        const place = { absolutePath: path === "" ? entry.path : `${path}/${entry.path}`, relativePath: entry.path };
        return { ...entry, place, isLink: entry.mode === "120000" };
      });
      const blobs = (areLinks: boolean) =>
        places
          .filter(({ kind, isLink }) => kind === "file" && isLink === areLinks)
          .map(({ id, mode, place }) => ({ ...place, blobId: id, fileMode: fileModeOf(mode) }));
      return {
        commitId,
        treeId,
        folderPath: path,
        subFolders: places.filter(({ kind }) => kind === "folder").map(({ id, place }) => ({ ...place, treeId: id })),
        files: blobs(false),
        symbolicLinks: blobs(true),
        subModules: places
          .filter(({ kind }) => kind === "submodule")
          .map(({ id, place }) => ({ ...place, commitId: id })),
      };
    },
  });
