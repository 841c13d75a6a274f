import { ListPullRequestsCommand } from "@aws-sdk/client-codecommit";
import { integer, oneOf, text } from "@strongroom/wire";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { numberToken, pageSize } from "../page.ts";
import { noSuchRepository, repositoryName, repositoryPermission } from "../repository-answer.ts";
import { reviewRefusal } from "./review-refusal.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_ListPullRequests.html: the newest first. */
export const listPullRequests = (repositories: Pick<Repositories, "pullRequests" | "arnOf">) =>
  operation(ListPullRequestsCommand, {
    members: {
      repositoryName,
      authorArn: text({ max: 2048 }),
      pullRequestStatus: oneOf("OPEN", "CLOSED"),
      nextToken: text({ max: 200 }),
      maxResults: integer(),
    },
    permissions: (input) => [repositoryPermission(repositories, input.repositoryName, "ListPullRequests")],
    mutates: false,
    handle: async (input) => {
      const { repositoryName: repository, authorArn, pullRequestStatus: status } = input;
      if (authorArn !== undefined && !/^arn:aws:(?:iam|sts)::/.test(authorArn)) throw reviewRefusal("invalid-author");
      const max = pageSize(input.maxResults);
      const before = numberToken(input.nextToken, repository) ?? Number.MAX_SAFE_INTEGER;
      const found = await repositories.pullRequests.list({ repository, authorArn, status, before, max });
      if (found.kind !== "ids") throw noSuchRepository(repository);
      const last = found.ids.at(-1);
      return {
        pullRequestIds: found.ids.map(String),
        nextToken: found.hasMore && last !== undefined ? String(last) : undefined,
      };
    },
  });
