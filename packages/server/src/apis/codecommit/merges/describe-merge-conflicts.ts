import { DescribeMergeConflictsCommand } from "@aws-sdk/client-codecommit";
import { integer, text } from "@strongroom/wire";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { refusal } from "../refusal.ts";
import { repositoryPermission } from "../repository-answer.ts";
import { askedConflicts, askedMembers, conflictCommits, nextPage } from "./asked-conflicts.ts";
import { conflictAnswer, hunkAnswer, hunksAtOnce } from "./conflict-answer.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_DescribeMergeConflicts.html: one file, hunk by hunk. */
export const describeMergeConflicts = (repositories: Pick<Repositories, "conflicts" | "arnOf">) =>
  operation(DescribeMergeConflictsCommand, {
    members: { ...askedMembers, maxMergeHunks: integer(), filePath: text({ max: 4096 }) },
    permissions: (input) => [repositoryPermission(repositories, input.repositoryName, "DescribeMergeConflicts")],
    mutates: false,
    handle: async (input) => {
      const { repositoryName: name, filePath } = input;
      if (filePath === "") throw refusal("path-required", name);
      const max = hunksAtOnce(input.maxMergeHunks);
      const { asked, skip } = askedConflicts(input);
      const found = await repositories.conflicts.describe({ ...asked, paths: [filePath] });
      if (found.kind !== "described") throw refusal(found.kind, name);
      const report = found.paths[0]?.report ?? "no-such-file";
      if (typeof report === "string") throw refusal(report, name, filePath);
      return {
        conflictMetadata: conflictAnswer(report),
        mergeHunks: report.hunks.slice(skip, skip + max).map(hunkAnswer),
        nextToken: nextPage(found, skip + max, report.hunks.length > skip + max),
        ...conflictCommits(found),
      };
    },
  });
