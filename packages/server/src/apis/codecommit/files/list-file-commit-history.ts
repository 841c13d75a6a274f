import { ListFileCommitHistoryCommand } from "@aws-sdk/client-codecommit";
import { integer, text } from "@strongroom/wire";
import { fileHistory, type Repositories } from "../../../artifacts/index.ts";
import { commitAnswer } from "../commits/commit-answer.ts";
import { operation } from "../../operation.ts";
import { pageSize, pageStart, pageToken } from "../page.ts";
import { refusal } from "../refusal.ts";
import { repositoryName, repositoryPermission } from "../repository-answer.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_ListFileCommitHistory.html */
export const listFileCommitHistory = (repositories: Pick<Repositories, "contents" | "arnOf">) =>
  operation(ListFileCommitHistoryCommand, {
    members: {
      repositoryName,
      commitSpecifier: text({ min: 1, max: 300 }),
      filePath: text({ max: 4096 }),
      maxResults: integer(),
      nextToken: text({ max: 200 }),
    },
    permissions: (input) => [repositoryPermission(repositories, input.repositoryName, "ListFileCommitHistory")],
    mutates: false,
    handle: async (input) => {
      const { repositoryName: repository, filePath: path } = input;
      const max = pageSize(input.maxResults);
      const { skip = 0, commits = [] } = pageStart(input.nextToken, repository) ?? {};
      const [specifier = input.commitSpecifier] = commits;
      const found = await fileHistory(repositories.contents, { repository, specifier, path, skip, max });
      if (found.kind !== "history") throw refusal(found.kind, repository);
      return {
        revisionDag: found.versions.map(({ commit, children, ...version }) => ({
          ...version,
          commit: commitAnswer(commit),
          revisionChildren: [...children],
        })),
        nextToken: found.hasMore ? pageToken({ skip: skip + max, commits: [found.commitId] }) : undefined,
      };
    },
  });
