import { BatchDescribeMergeConflictsCommand } from "@aws-sdk/client-codecommit";
import { integer, list, text } from "@strongroom/wire";
import type { ConflictReport, Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { refusal } from "../refusal.ts";
import { repositoryPermission } from "../repository-answer.ts";
import { askedConflicts, askedMembers, conflictCommits, nextPage } from "./asked-conflicts.ts";
import { conflictAnswer, filesAtOnce, hunkAnswer, hunksAtOnce } from "./conflict-answer.ts";

/**
 * https://docs.aws.amazon.com/codecommit/latest/APIReference/API_BatchDescribeMergeConflicts.html: the files that are
 * named, or else all that conflict. A file's hunks beyond the first are told by DescribeMergeConflicts.
 */
export const batchDescribeMergeConflicts = (repositories: Pick<Repositories, "conflicts" | "arnOf">) =>
  operation(BatchDescribeMergeConflictsCommand, {
    members: {
      ...askedMembers,
      maxMergeHunks: integer(),
      maxConflictFiles: integer(),
      filePaths: list(text({ min: 1, max: 4096 }), { max: 1000 }),
    },
    permissions: (input) => [repositoryPermission(repositories, input.repositoryName, "BatchDescribeMergeConflicts")],
    mutates: false,
    handle: async (input) => {
      const { repositoryName: name, filePaths: named = [] } = input;
      const max = filesAtOnce(input.maxConflictFiles);
      const hunksMax = hunksAtOnce(input.maxMergeHunks);
      const { asked, skip } = askedConflicts(input);
      const conflict = (report: ConflictReport) => ({
        conflictMetadata: conflictAnswer(report),
        mergeHunks: report.hunks.slice(0, hunksMax).map(hunkAnswer),
      });
      if (named.length === 0) {
        const found = await repositories.conflicts.list({ ...asked, skip, max });
        if (found.kind !== "conflicts") throw refusal(found.kind, name);
        const nextToken = nextPage(found, skip + max, found.hasMore);
        return { conflicts: found.reports.map(conflict), errors: [], nextToken, ...conflictCommits(found) };
      }
      const found = await repositories.conflicts.describe({ ...asked, paths: named.slice(skip, skip + max) });
      if (found.kind !== "described") throw refusal(found.kind, name);
      return {
        conflicts: found.paths.flatMap(({ report }) => (typeof report === "string" ? [] : [conflict(report)])),
        errors: found.paths.flatMap(({ path, report }) => (typeof report === "string" ? [unknown(path, report)] : [])),
        nextToken: nextPage(found, skip + max, named.length > skip + max),
        ...conflictCommits(found),
      };
    },
  });

const unknown = (filePath: string, kind: "no-such-file" | "invalid-path") =>
  kind === "no-such-file"
    ? { filePath, exceptionName: "FileDoesNotExistException", message: `There is no file ${filePath}` }
    : { filePath, exceptionName: "InvalidPathException", message: `${filePath} is not a valid path` };
