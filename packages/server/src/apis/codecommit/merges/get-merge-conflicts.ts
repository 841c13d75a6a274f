import { GetMergeConflictsCommand } from "@aws-sdk/client-codecommit";
import { integer } from "@strongroom/wire";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { refusal } from "../refusal.ts";
import { repositoryPermission } from "../repository-answer.ts";
import { askedConflicts, askedMembers, conflictCommits, nextPage } from "./asked-conflicts.ts";
import { conflictAnswer, filesAtOnce } from "./conflict-answer.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_GetMergeConflicts.html */
export const getMergeConflicts = (repositories: Pick<Repositories, "conflicts" | "arnOf">) =>
  operation(GetMergeConflictsCommand, {
    members: { ...askedMembers, maxConflictFiles: integer() },
    permissions: (input) => [repositoryPermission(repositories, input.repositoryName, "GetMergeConflicts")],
    mutates: false,
    handle: async (input) => {
      const max = filesAtOnce(input.maxConflictFiles);
      const { asked, skip } = askedConflicts(input);
      const found = await repositories.conflicts.list({ ...asked, skip, max });
      if (found.kind !== "conflicts") throw refusal(found.kind, input.repositoryName);
      return {
        mergeable: found.mergeable,
        ...conflictCommits(found),
        conflictMetadataList: found.reports.map(conflictAnswer),
        nextToken: nextPage(found, skip + max, found.hasMore),
      };
    },
  });
