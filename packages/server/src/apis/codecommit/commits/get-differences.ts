import { GetDifferencesCommand } from "@aws-sdk/client-codecommit";
import { integer, text } from "@strongroom/wire";
import { differences, type Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { pageSize, pageStart, pageToken } from "../page.ts";
import { refusal } from "../refusal.ts";
import { repositoryName, repositoryPermission } from "../repository-answer.ts";

const specifier = text({ min: 1, max: 300 });
const path = text({ max: 4096 });

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_GetDifferences.html */
export const getDifferences = (repositories: Pick<Repositories, "contents" | "arnOf">) =>
  operation(GetDifferencesCommand, {
    members: {
      repositoryName,
      beforeCommitSpecifier: specifier,
      afterCommitSpecifier: specifier,
      beforePath: path,
      afterPath: path,
      MaxResults: integer(),
      NextToken: text({ max: 200 }),
    },
    permissions: (input) => [repositoryPermission(repositories, input.repositoryName, "GetDifferences")],
    mutates: false,
    handle: async (input) => {
      const { repositoryName: repository, beforePath, afterPath } = input;
      const max = pageSize(input.MaxResults);
      const { skip = 0, commits = [] } = pageStart(input.NextToken, repository) ?? {};
      const [after = input.afterCommitSpecifier, before = input.beforeCommitSpecifier] = commits;
      const found = await differences(repositories.contents, {
        ...{ repository, before, after, beforePath, afterPath, skip, max },
      });
      if (found.kind !== "differences") throw refusal(found.kind, repository);
      const { afterId, beforeId } = found;
      const next = { skip: skip + max, commits: beforeId === undefined ? [afterId] : [afterId, beforeId] };
      return {
        differences: found.differences.map(({ change, before: old, after: young }) => ({
          changeType: change,
          beforeBlob: old && { ...old },
          afterBlob: young && { ...young },
        })),
        NextToken: found.hasMore ? pageToken(next) : undefined,
      };
    },
  });
