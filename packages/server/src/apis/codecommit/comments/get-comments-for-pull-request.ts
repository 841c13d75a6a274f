import { GetCommentsForPullRequestCommand } from "@aws-sdk/client-codecommit";
import { integer, text } from "@strongroom/wire";
import type { Repositories } from "../../../artifacts/index.ts";
import { operation } from "../../operation.ts";
import { commentPages, pageSize, pageStart, pageToken } from "../page.ts";
import { pullRequestPermissions } from "../pull-requests/pull-request-permission.ts";
import { reviewRefusal } from "../pull-requests/review-refusal.ts";
import { repositoryName, repositoryPermission } from "../repository-answer.ts";
import { threadAnswer } from "./comment-answer.ts";
import { placeRefusal } from "./new-comment.ts";

/** https://docs.aws.amazon.com/codecommit/latest/APIReference/API_GetCommentsForPullRequest.html */
export const getCommentsForPullRequest = (repositories: Pick<Repositories, "comments" | "pullRequests" | "arnOf">) =>
  operation(GetCommentsForPullRequestCommand, {
    members: {
      pullRequestId: text(),
      repositoryName,
      beforeCommitId: text({ max: 64 }),
      afterCommitId: text({ max: 64 }),
      nextToken: text({ max: 200 }),
      maxResults: integer(),
    },
    permissions: ({ pullRequestId: id, repositoryName: named }, call) => {
      const action = "GetCommentsForPullRequest";
      const known = repositories.pullRequests.known(id)?.repository;
      if (named === undefined) return pullRequestPermissions(repositories, id, action, call);
      const there = repositoryPermission(repositories, named, action);
      // One of another repository is refused, once it was decided about both.
      const isElsewhere = known !== undefined && known !== named;
      return isElsewhere ? [there, ...pullRequestPermissions(repositories, id, action, call)] : [there];
    },
    mutates: false,
    handle: async ({ pullRequestId: id, repositoryName: named, ...input }, call) => {
      const max = pageSize(input.maxResults, commentPages);
      const { skip = 0 } = pageStart(input.nextToken, named ?? "") ?? {};
      const commits = { before: input.beforeCommitId, after: input.afterCommitId };
      const found = await repositories.comments.ofPullRequest(id, named, commits);
      switch (found.kind) {
        case "threads": {
          const page = found.threads.slice(skip, skip + max);
          return {
            commentsForPullRequestData: page.map((one) => ({ pullRequestId: id, ...threadAnswer(one, call) })),
            nextToken: found.threads.length > skip + max ? pageToken({ skip: skip + max, commits: [] }) : undefined,
          };
        }
        case "no-such-pull-request":
        case "invalid-pull-request-id":
        case "not-associated":
          throw reviewRefusal(found.kind, id);
        case "invalid-commit-id":
        case "no-such-commit":
        case "same-commits":
        case "path-required":
        case "invalid-path":
        case "no-such-path":
        case "invalid-position":
        case "invalid-version":
          throw placeRefusal(found.kind, named ?? "");
      }
    },
  });
